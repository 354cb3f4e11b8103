import type { Example } from "./example.ts";
import { quoted } from "./quoting.ts";

/** .NET 10 and newer run it as `dotnet run refresh.cs`; in a project it is `Program.cs`. */
export const csharp: Example = {
  language: "csharp",
  label: "C#",
  refresh: ({ tokenEndpoint, clientId }) => `using System;
using System.Collections.Generic;
using System.Net.Http;

string Env(string name) => Environment.GetEnvironmentVariable(name) ?? "";

using var http = new HttpClient();
using var form = new FormUrlEncodedContent(new Dictionary<string, string>
{
    ["grant_type"] = "refresh_token",
    ["client_id"] = ${clientId === undefined ? 'Env("CLIENT_ID")' : quoted(clientId)},
    ["client_secret"] = Env("CLIENT_SECRET"),
    ["refresh_token"] = Env("REFRESH_TOKEN"),
});
using var response = await http.PostAsync(${quoted(tokenEndpoint)}, form);
Console.WriteLine(await response.Content.ReadAsStringAsync());`,
};
