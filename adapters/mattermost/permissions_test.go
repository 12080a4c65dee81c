package mattermost

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

func TestThePermissionsAreThoseThatTheDocumentationNames(t *testing.T) {
	doc, err := os.ReadFile("../../docs/mattermost.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range Permissions {
		without := p.Without
		if without == "" {
			without = "the bot cannot work"
		}
		if row := fmt.Sprintf("| `%s` | %s | %s | %s |", p.Name, p.In, p.Why, without); !strings.Contains(string(doc), row) {
			t.Errorf("docs/mattermost.md lacks %s", row)
		}
	}
}
