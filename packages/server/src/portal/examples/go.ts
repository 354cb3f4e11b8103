import { aligned, written } from "./example.ts";
import type { Example } from "./example.ts";
import { quoted } from "./quoting.ts";

export const go: Example = {
  language: "go",
  label: "Go",
  run: (name) => ({ file: `${name}.go`, command: `go run ${name}.go` }),
  send: ({ endpoint, parameters }) => {
    const key = aligned(parameters.map(([name]) => `${quoted(name)}:`));
    return `package main

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/url"
	"os"
)

func main() {
	response, err := http.PostForm(${quoted(endpoint)}, url.Values{
${parameters
  .map(
    ([name, value]) =>
      `\t\t${key(`${quoted(name)}:`)} {${written(value, quoted, (env) => `os.Getenv(${quoted(env)})`)}},\n`,
  )
  .join("")}	})
	if err != nil {
		log.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(string(body))
}`;
  },
};
