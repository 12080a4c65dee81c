package main_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"sereno/adapters/slack"
)

var update = flag.Bool("update", false, "write the made parts of the pages anew")

// The parts of README.md and of a platform's page between <!-- name --> and
// <!-- /name --> are made from the code and the demo, and are the truth about them.
func TestReadmeTellsTheTruth(t *testing.T) {
	for page, parts := range map[string]map[string]string{
		"README.md":     {"demo": transcript(t)},
		"docs/slack.md": {"scopes": scopes(), "events": events()},
	} {
		data, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		text := string(data)
		for name, want := range parts {
			text = fill(t, text, name, want)
		}
		if text == string(data) {
			continue
		}
		if !*update {
			t.Errorf("%s is not what the code is: go test . -run Readme -update", page)
			continue
		}
		if err := os.WriteFile(page, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

var pageLink = regexp.MustCompile(`\]\(([^)#:]+)(?:#[^)]*)?\)`)

// A link within the documents leads to a file that is there.
func TestLinksLeadSomewhere(t *testing.T) {
	pages, err := filepath.Glob("docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	more, err := filepath.Glob("docs/decisions/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range append(append(pages, more...), "README.md") {
		data, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range pageLink.FindAllStringSubmatch(string(data), -1) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(page), m[1])); err != nil {
				t.Errorf("%s links to %s: %v", page, m[1], err)
			}
		}
	}
}

func fill(t *testing.T, text, name, made string) string {
	t.Helper()
	between := regexp.MustCompile(`(?s)<!-- ` + name + ` -->\n.*<!-- /` + name + ` -->`)
	if !between.MatchString(text) {
		t.Fatalf("there is no part %q in the page", name)
	}
	return between.ReplaceAllLiteralString(text, "<!-- "+name+" -->\n"+made+"<!-- /"+name+" -->")
}

func scopes() string {
	var b strings.Builder
	for _, s := range slack.Scopes {
		fmt.Fprintf(&b, "| `%s` | %s |\n", s.Name, s.Why)
	}
	return b.String()
}

func events() string {
	var b strings.Builder
	for _, s := range slack.Subscriptions {
		fmt.Fprintf(&b, "| `%s` | %s |\n", s.Name, s.Why)
	}
	return b.String()
}

// transcript is the beginning of the demo's golden transcript: until the page.
func transcript(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile("docs/demo/story.golden")
	if err != nil {
		t.Fatal(err)
	}
	begin := strings.Index(string(data), "maria #acme-support> La API")
	end := strings.Index(string(data), "maria #acme-support> /clock +10m")
	if begin < 0 || end < begin {
		t.Fatal("the demo's transcript does not show the story")
	}
	return "```\n" + string(data)[begin:end] + "```\n"
}
