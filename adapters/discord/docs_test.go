package discord

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the made parts of docs/discord.md anew")

// The tables of docs/discord.md between <!-- name --> and <!-- /name --> are made
// from what the code asks for.
func TestThePageSaysWhatIsAskedFor(t *testing.T) {
	const page = "../../docs/discord.md"
	data, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	var permissions, intents strings.Builder
	permissions.WriteString("| permission | in Discord's settings | needed to |\n|---|---|---|\n")
	intents.WriteString("| intent | needed to |\n|---|---|\n")
	for _, p := range Permissions {
		fmt.Fprintf(&permissions, "| `%s` | %s | %s |\n", p.Name, p.Setting, p.Why)
	}
	for _, i := range Intents {
		name := "`" + i.Name + "`"
		if i.Privileged {
			name = "**" + name + "** (to be switched on)"
		}
		fmt.Fprintf(&intents, "| %s | %s |\n", name, i.Why)
	}
	text := string(data)
	for name, made := range map[string]string{"permissions": permissions.String(), "intents": intents.String()} {
		between := regexp.MustCompile(`(?s)<!-- ` + name + ` -->\n.*?<!-- /` + name + ` -->`)
		if !between.MatchString(text) {
			t.Fatalf("the page has no part %q", name)
		}
		text = between.ReplaceAllLiteralString(text, "<!-- "+name+" -->\n"+made+"<!-- /"+name+" -->")
	}
	if text == string(data) {
		return
	}
	if !*update {
		t.Fatal("docs/discord.md is not what the code asks for: go test ./adapters/discord -run Page -update")
	}
	if err := os.WriteFile(page, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
