import type { Example } from "./example.ts";
import { quoted } from "./quoting.ts";

export const go: Example = {
  language: "go",
  label: "Go",
  refresh: ({ tokenEndpoint, clientId }) => `package main

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/url"
	"os"
)

func main() {
	response, err := http.PostForm(${quoted(tokenEndpoint)}, url.Values{
		"grant_type":    {"refresh_token"},
		"client_id":     {${clientId === undefined ? 'os.Getenv("CLIENT_ID")' : quoted(clientId)}},
		"client_secret": {os.Getenv("CLIENT_SECRET")},
		"refresh_token": {os.Getenv("REFRESH_TOKEN")},
	})
	if err != nil {
		log.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(string(body))
}`,
};
