import type { Example } from "./example.ts";
import { quoted } from "./quoting.ts";

/** Java 11 and newer run it as `java Refresh.java`. */
export const java: Example = {
  language: "java",
  label: "Java",
  refresh: ({ tokenEndpoint, clientId }) => `import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

public class Refresh {
  public static void main(String[] args) throws Exception {
    String form = "grant_type=refresh_token"
        + "&client_id=" + encode(${clientId === undefined ? 'System.getenv("CLIENT_ID")' : quoted(clientId)})
        + "&client_secret=" + encode(System.getenv("CLIENT_SECRET"))
        + "&refresh_token=" + encode(System.getenv("REFRESH_TOKEN"));
    HttpRequest request = HttpRequest.newBuilder(URI.create(${quoted(tokenEndpoint)}))
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
