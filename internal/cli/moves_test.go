package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sereno/bot"
	"sereno/bot/incident"
	"sereno/bot/sla"
	"sereno/store"
)

// sampleWith is the sample's configuration in a file, with its store in the
// directory and some words put in the place of others.
func sampleWith(t *testing.T, dir, name string, changes ...string) string {
	t.Helper()
	data, err := os.ReadFile("../../bot/config/sample/sereno.yaml")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer(changes...).Replace(string(data)) + "\nstore: sqlite:" + filepath.Join(dir, "sereno.db") + "\n"
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// reportedAt is a store with one incident of acme's, critical, reported then.
func reportedAt(t *testing.T, dir string, at time.Time) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), "sqlite:"+filepath.Join(dir, "sereno.db"))
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
	dir := t.TempDir()
	reported := time.Now().UTC().Add(-2 * time.Minute).Truncate(time.Second)
	reportedAt(t, dir, reported)
	running := sampleWith(t, dir, "sereno.yaml")
	next := sampleWith(t, dir, "new.yaml",
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
	if text, _, code := ran(t, "sla", "moves", "--config", running, "--against", running); code != 0 || text != "No promise moves.\n" {
		t.Errorf("the same configuration: %d, %s", code, text)
	}
}

func TestMovesOfAStoreThatIsNotThereAreRefused(t *testing.T) {
	dir := t.TempDir()
	path := sampleWith(t, dir, "sereno.yaml")
	if _, problems, code := ran(t, "sla", "moves", "--config", path, "--against", path); code != 1 || !strings.Contains(problems, "there is no store at") {
		t.Errorf("exit status %d: %s", code, problems)
	}
}
