import { written } from "./example.ts";
import type { Example, Value } from "./example.ts";
import { quoted } from "./quoting.ts";

/** Java 11 and newer run a source file; the class has the file's name. */
export const java: Example = {
  language: "java",
  label: "Java",
  run: (name) => ({ file: `${className(name)}.java`, command: `java ${className(name)}.java` }),
  send: ({ name, endpoint, parameters }) => `import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

public class ${className(name)} {
  public static void main(String[] args) throws Exception {
    String form = ${parameters.map(([name, value], at) => pair(name, value, at === 0 ? "" : "&")).join("\n        + ")};
    HttpRequest request = HttpRequest.newBuilder(URI.create(${quoted(endpoint)}))
        .header("Content-Type", "application/x-www-form-urlencoded")
        .POST(HttpRequest.BodyPublishers.ofString(form))
        .build();
    HttpResponse<String> response =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    System.out.println(response.body());
  }

  static String encode(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }
}`,
};

/** No character of a `grant_type` has to be encoded. */
function pair(name: string, value: Value, separator: "" | "&"): string {
  if (name === "grant_type" && "text" in value) return quoted(`${separator}grant_type=${value.text}`);
  const expression = written(value, quoted, (env) => `System.getenv(${quoted(env)})`);
  return `"${separator}${name}=" + encode(${expression})`;
}

/** `client_credentials`: `ClientCredentials` */
function className(name: string): string {
  return name.replaceAll(/(?:^|_)([a-z])/g, (_, initial: string) => initial.toUpperCase());
}
