package commands

import (
	"flag"
	"os"
	"testing"

	"sereno/bot/company"
)

var update = flag.Bool("update", false, "write docs/commands.md anew")

const referencePage = "../docs/commands.md"

const referenceHead = `# Commands

What people type, on every platform. A command names its incident first; inside
the incident's own thread the id may be left out. Where a platform has no slash
commands in threads (Slack), the same words work after a mention of the bot:
` + "`@sereno take`" + `. ` + "`/incident help`" + ` shows the verbs that the person may use.

This page is made from the command tree: ` + "`go test ./commands -run Reference -update`" + `.

`

func TestReferencePageIsTheTree(t *testing.T) {
	want := referenceHead + New().Reference(company.English)
	if *update {
		if err := os.WriteFile(referencePage, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(referencePage)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("docs/commands.md is not what the commands are: go test ./commands -run Reference -update")
	}
}
