//go:build ignore

// This program writes names.txt from the file emoji.json of the npm package
// emoji-datasource (github.com/iamcal/emoji-data, MIT), whose short names are
// those that chat platforms have agreed on:
//
//	go run generate.go emoji.json > names.txt
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"slices"
	"strings"
)

type entry struct {
	Unified    string                    `json:"unified"`
	ShortName  string                    `json:"short_name"`
	ShortNames []string                  `json:"short_names"`
	Skins      map[string]map[string]any `json:"skin_variations"`
}

func main() {
	data, err := os.ReadFile(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	var entries []entry
	if err := json.Unmarshal(data, &entries); err != nil {
		log.Fatal(err)
	}
	slices.SortFunc(entries, func(a, b entry) int { return strings.Compare(a.Unified, b.Unified) })
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for _, e := range entries {
		names := append([]string{e.ShortName}, slices.DeleteFunc(e.ShortNames, func(s string) bool { return s == e.ShortName })...)
		fmt.Fprintln(out, e.Unified+pair(e), strings.Join(names, " "))
	}
}

// pair is how an emoji of two people is written when they have a tone each: "/"
// and that sequence without the tones.
func pair(e entry) string {
	v, ok := e.Skins["1F3FB-1F3FC"]
	if !ok {
		return ""
	}
	return "/" + strings.NewReplacer("-1F3FB", "", "-1F3FC", "").Replace(v["unified"].(string))
}
