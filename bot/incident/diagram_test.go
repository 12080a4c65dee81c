package incident_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"sereno/bot/incident"
)

var update = flag.Bool("update", false, "draw the life cycle in docs/architecture.md anew")

// P16: the picture in the documentation is made from the code's own table.
func TestP16TheLifeCycleInTheDocsIsTheTable(t *testing.T) {
	const page = "../../docs/architecture.md"
	data, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	start := strings.Index(text, "stateDiagram-v2")
	if start < 0 {
		t.Fatal("no state diagram in the page")
	}
	end := start + strings.Index(text[start:], "```")
	if got, want := text[start:end], incident.Diagram(); got != want {
		if !*update {
			t.Fatalf("the picture is not the table's: go test ./bot/incident -run P16 -update\ngot:\n%s\nwant:\n%s", got, want)
		}
		if err := os.WriteFile(page, []byte(text[:start]+want+text[end:]), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
