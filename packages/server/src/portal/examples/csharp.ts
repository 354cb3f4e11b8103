import { written } from "./example.ts";
import type { Example } from "./example.ts";
import { quoted } from "./quoting.ts";

/** .NET 10 and newer run a file; in a project of an older one it is `Program.cs`. */
export const csharp: Example = {
  language: "csharp",
  label: "C#",
  run: (name) => ({ file: `${name}.cs`, command: `dotnet run ${name}.cs` }),
  send: ({ endpoint, parameters }) => `using System;
using System.Collections.Generic;
using System.Net.Http;

string Env(string name) => Environment.GetEnvironmentVariable(name) ?? "";

using var http = new HttpClient();
using var form = new FormUrlEncodedContent(new Dictionary<string, string>
{
${parameters
  .map(
    ([name, value]) => `    [${quoted(name)}] = ${written(value, quoted, (env) => `Env(${quoted(env)})`)},\n`,
  )
  .join("")}});
using var response = await http.PostAsync(${quoted(endpoint)}, form);
Console.WriteLine(await response.Content.ReadAsStringAsync());`,
};
