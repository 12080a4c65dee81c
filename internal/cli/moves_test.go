package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sereno/bot"
	"sereno/bot/incident"
	"sereno/bot/sla"
	"sereno/internal/pgtest"
	"sereno/store"
)

// sampleWith is the sample's configuration in a file, with the store at the
// address and some words put in the place of others.
func sampleWith(t *testing.T, dsn, name string, changes ...string) string {
	t.Helper()
	data, err := os.ReadFile("../../bot/config/sample/sereno.yaml")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer(changes...).Replace(string(data)) + fmt.Sprintf("\nstore: %q\n", dsn)
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// reportedAt is a store with one incident of acme's, critical, reported then.
func reportedAt(t *testing.T, dsn string, at time.Time) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	err = s.Update(t.Context(), func(tx bot.Tx) error {
		inc := &incident.Incident{Customer: "acme", Team: "payments", Severity: sla.Critical, Status: incident.New, ReportedAt: at}
		if err := tx.AddIncident(t.Context(), inc); err != nil {
			return err
		}
		return tx.AddEntry(t.Context(), inc.Number, incident.Entry{At: at, Recorded: at, Kind: incident.EReported, Actor: "maria", Value: "critical"})
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func ran(t *testing.T, args ...string) (out, problems string, code int) {
	t.Helper()
	var o, e bytes.Buffer
	noEnv := func(string) (string, bool) { return "", false }
	code = Run(t.Context(), Process{args, strings.NewReader(""), &o, &e, noEnv})
	return o.String(), e.String(), code
}

// The store stays open here, as it is while a bot serves it.
func TestThePromisesThatANewConfigurationMovesAreKnownBeforeItGoesLive(t *testing.T) {
	for name, dsn := range map[string]string{
		"SQLite": "sqlite:" + filepath.Join(t.TempDir(), "sereno.db"), "PostgreSQL": pgtest.DSN(t),
	} {
		t.Run(name, func(t *testing.T) { movesAreKnown(t, dsn) })
	}
}

func movesAreKnown(t *testing.T, dsn string) {
	reported := time.Now().UTC().Add(-2 * time.Minute).Truncate(time.Second)
	s := reportedAt(t, dsn, reported)
	running := sampleWith(t, dsn, "sereno.yaml")
	next := sampleWith(t, dsn, "new.yaml",
		"critical: {calendar: always, first_response: 15m, next_response: 30m, resolution: 4h}",
		"critical: {calendar: always, first_response: 1m, next_response: 30m, resolution: 6h}")
	out, problems, code := ran(t, "sla", "moves", "--config", next, "--against", running, "--json")
	if code != 0 {
		t.Fatalf("exit status %d: %s", code, problems)
	}
	var got []moveLine
	for line := range strings.Lines(out) {
		var m moveLine
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			t.Fatal(err)
		}
		got = append(got, m)
	}
	if len(got) != 2 {
		t.Fatalf("%d promises move: %s", len(got), out)
	}
	first, resolution := got[0], got[1]
	if first.Clock != "first_response" || !first.Old.Equal(reported.Add(15*time.Minute)) || !first.New.Equal(reported.Add(time.Minute)) || !first.Past {
		t.Errorf("first response: %+v", first)
	}
	if resolution.Clock != "resolution" || resolution.ByS != 7200 || resolution.Past {
		t.Errorf("resolution: %+v", resolution)
	}
	text, _, _ := ran(t, "sla", "moves", "--config", next, "--against", running)
	if !strings.Contains(text, "INC-1 acme first_response: ") || !strings.Contains(text, "IN THE PAST") || !strings.Contains(text, "(+2 h)") {
		t.Errorf("in words:\n%s", text)
	}
	var o, e bytes.Buffer
	env := func(name string) (string, bool) { return dsn, name == "SERENO_STORE" }
	elsewhere := sampleWith(t, "${SERENO_STORE}", "sereno.yaml", "\ncalendars:", "\nslack: {bot_token: \"${BOT}\", app_token: \"${APP}\"}\ncalendars:")
	if code := Run(t.Context(), Process{[]string{"sla", "moves", "--config", next, "--against", elsewhere}, strings.NewReader(""), &o, &e, env}); code != 0 || o.String() != text {
		t.Errorf("where only the store's address is set: %d, %s%s", code, &o, &e)
	}
	if text, _, code := ran(t, "sla", "moves", "--config", running, "--against", running); code != 0 || text != "No promise moves.\n" {
		t.Errorf("the same configuration: %d, %s", code, text)
	}
	if text, problems, code := spoken(t, "es_AR.UTF-8", "", "sla", "moves", "--config", running, "--against", running); code != 0 || text != "Ningún plazo se mueve.\n" {
		t.Errorf("the same configuration in Spanish: %d, %s%s", code, text, problems)
	}
	if text, problems, code := spoken(t, "es_AR.UTF-8", "", "sla", "moves", "--config", next, "--against", running); code != 0 || !strings.Contains(text, "YA PASÓ") {
		t.Errorf("in Spanish: %d, %s%s", code, text, problems)
	}
	err := s.Update(t.Context(), func(tx bot.Tx) error { // a bot that serves it goes on meanwhile
		history, err := tx.History(t.Context(), 1)
		if err == nil && len(history) != 1 {
			t.Errorf("looking has written %d entries", len(history)-1)
		}
		return errors.Join(err, tx.AddEntry(t.Context(), 1, incident.Entry{At: reported, Recorded: reported, Kind: incident.EConfirmed, Actor: "ana"}))
	})
	if err != nil {
		t.Error(err)
	}
}

func TestMovesOnAPostgreSQLThatIsNotOursAreRefused(t *testing.T) {
	for name, tc := range map[string]struct{ dsn, want string }{
		"an empty database":          {pgtest.DSN(t), "it is no store of sereno yet"},
		"a server that is not there": {"postgres://sereno:s3cret@127.0.0.1:1/sereno", "127.0.0.1"},
		"an address that is not one": {"postgres://sereno:s3cret@[::1/sereno", "PostgreSQL"},
	} {
		t.Run(name, func(t *testing.T) {
			path := sampleWith(t, tc.dsn, "sereno.yaml")
			out, problems, code := ran(t, "sla", "moves", "--config", path, "--against", path)
			if code != 1 || out != "" || !strings.Contains(problems, tc.want) || strings.Contains(problems, "s3cret") {
				t.Errorf("exit status %d: %s%s", code, out, problems)
			}
		})
	}
}

func TestMovesOfAStoreThatIsNotThereAreRefused(t *testing.T) {
	path := sampleWith(t, "sqlite:"+filepath.Join(t.TempDir(), "sereno.db"), "sereno.yaml")
	if _, problems, code := ran(t, "sla", "moves", "--config", path, "--against", path); code != 1 || !strings.Contains(problems, "there is no store at") {
		t.Errorf("exit status %d: %s", code, problems)
	}
}

func TestAConfigurationThatIsNotThereIsSaidInTheirLanguage(t *testing.T) {
	for locale, want := range map[string]string{
		"en_US.UTF-8": "sereno: there is no configuration at nowhere.yaml: name one with --config",
		"es_AR.UTF-8": "sereno: no hay ninguna configuración en nowhere.yaml: indicá una con --config",
	} {
		for _, args := range [][]string{{"check"}, {"serve"}, {"oncall"}, {"replay", "-"}, {"sla", "due", "--calendar", "x", "--from", "2026-11-25T10:00", "--add", "1h"}} {
			var o, e bytes.Buffer
			env := func(name string) (string, bool) { return locale, name == "LANG" }
			code := Run(t.Context(), Process{append(args, "--config", "nowhere.yaml"), strings.NewReader(""), &o, &e, env})
			if code != badInput || !strings.HasPrefix(e.String(), want) {
				t.Errorf("%v in %s: exit status %d, %s", args, locale, code, &e)
			}
		}
	}
}
