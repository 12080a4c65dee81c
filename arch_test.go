package main_test

import (
	"os/exec"
	"strings"
	"testing"
)

// Who may import whom (docs/architecture.md). A room that is not listed may
// import nothing of ours but what its parent may.
var mayImport = []struct {
	room    string
	allowed []string // of this module
}{
	{"sereno/bot", []string{"sereno/bot"}},
	{"sereno/commands", []string{"sereno/bot"}},
	{"sereno/store", []string{"sereno/bot", "sereno/store", "sereno/internal/pgtest"}},
	{"sereno/prompts", []string{"sereno/bot", "sereno/prompts"}},
	{"sereno/adapters/slack", []string{"sereno/bot", "sereno/adapters/internal", "sereno/adapters/slack", "sereno/adapters/adaptertest"}},
	{"sereno/adapters/mattermost", []string{"sereno/bot", "sereno/adapters/internal", "sereno/adapters/mattermost", "sereno/adapters/adaptertest"}},
	{"sereno/adapters/discord", []string{"sereno/bot", "sereno/adapters/internal", "sereno/adapters/discord", "sereno/adapters/adaptertest"}},
	{"sereno/adapters/links", []string{"sereno/bot"}},
	{"sereno/adapters/mail", []string{"sereno/bot", "sereno/adapters/links", "sereno/adapters/mail"}},
	{"sereno/adapters/notifier", []string{"sereno/bot", "sereno/adapters/links"}},
	{"sereno/adapters/console", []string{"sereno/bot"}},
	{"sereno/adapters/adaptertest", []string{"sereno/bot"}},
}

// What the core must never know: a platform, SQL, HTTP.
var coreNeverImports = []string{
	"slack-go", "discordgo", "mattermost", "go-openai", "go-mail", "sqlx", "database/sql", "net/http", "modernc.org/sqlite", "jackc/pgx",
}

func imports(t *testing.T) map[string][]string {
	t.Helper()
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	all := map[string][]string{}
	for line := range strings.Lines(string(out)) {
		words := strings.Fields(line)
		all[words[0]] = words[1:]
	}
	return all
}

func within(pkg, room string) bool { return pkg == room || strings.HasPrefix(pkg, room+"/") }

func TestArrowsPointInward(t *testing.T) {
	all := imports(t)
	seen := map[string]bool{}
	for pkg, imported := range all {
		for _, rule := range mayImport {
			if !within(pkg, rule.room) {
				continue
			}
			seen[rule.room] = true
			for _, imp := range imported {
				if within(imp, "sereno") && !allowed(imp, rule.allowed) {
					t.Errorf("%s imports %s; it may import only %v", pkg, imp, rule.allowed)
				}
			}
		}
	}
	for _, room := range []string{"sereno/bot", "sereno/commands", "sereno/store", "sereno/adapters/slack", "sereno/adapters/mattermost", "sereno/adapters/discord", "sereno/adapters/links", "sereno/adapters/mail", "sereno/adapters/notifier", "sereno/adapters/console", "sereno/prompts"} {
		if !seen[room] {
			t.Errorf("no package in %s: the rule watches nothing", room)
		}
	}
}

// The conformance suite and what speaks a platform's protocol are for tests.
func TestOnlyTestPackagesImportTheSuite(t *testing.T) {
	for pkg, imported := range imports(t) {
		for _, imp := range imported {
			if imp == "sereno/adapters/adaptertest" && !strings.HasSuffix(pkg, "test") {
				t.Errorf("%s imports %s", pkg, imp)
			}
		}
	}
}

func allowed(imp string, rooms []string) bool {
	for _, r := range rooms {
		if within(imp, r) {
			return true
		}
	}
	return false
}

func TestTheCoreKnowsNoPlatformNoSQLNoHTTP(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "./bot/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	for _, dep := range strings.Fields(string(out)) {
		for _, bad := range coreNeverImports {
			if strings.Contains(dep, bad) {
				t.Errorf("the core depends on %s", dep)
			}
		}
	}
}
