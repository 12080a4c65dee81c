package config

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"sereno/bot/company"
)

var update = flag.Bool("update", false, "accept the Spanish messages as they are")

// base is a document without mistakes; each row makes some.
const base = `company: {name: Sereno S.A., language: es, timezone: America/Argentina/Buenos_Aires}
calendars:
  office:
    timezone: America/Argentina/Buenos_Aires
    hours: {mon-fri: ["09:00-18:00"]}
    holidays: ["12-25"]
  always: {timezone: UTC, hours: {mon-sun: ["00:00-24:00"]}}
contracts:
  gold:
    levels:
      critical: {calendar: always, first_response: 15m, next_response: 30m, resolution: 4h}
      high: {calendar: office, first_response: 1h, resolution: 8h}
      normal: {calendar: office, first_response: 4h}
      low: none
    pauses: {waiting_customer: [resolution]}
    warnings: [75%]
customers:
  acme:
    contract: gold
    team: payments
    channels: {console: [acme-support]}
    contacts: [maria]
  globex:
    contract: gold
    team: platform
    channels: {console: [globex-support]}
    contacts: [john]
teams:
  payments:
    channels: {console: [payments-team]}
    agents: [ana, luis]
    lead: diego
    schedule: payments-oncall
  platform:
    channels: {console: [platform-team]}
    agents: [sofia]
    schedule: payments-oncall
people:
  maria: {name: Maria}
  john: {}
  ana: {identities: {slack: U1}}
  luis: {}
  sofia: {}
  diego: {roles: [lead]}
schedules:
  payments-oncall: {every: weekly, handoff: mon 09:00, start: 2026-11-02, people: [luis, ana]}
escalation:
  standard:
    steps: [{schedule: team}, {channel: team, after: 10m}]
`

// edit is a change of the base: the first occurrence of old becomes new. An
// empty old puts new at the end. A ^ in new marks where a problem is told.
type edit struct{ old, new string }

func (e edit) apply(t *testing.T, doc string) string {
	t.Helper()
	if e.old == "" {
		return doc + e.new
	}
	if !strings.Contains(doc, e.old) {
		t.Fatalf("the document does not hold %q", e.old)
	}
	return strings.Replace(doc, e.old, e.new, 1)
}

// marked takes the marks out of a document and gives their places.
func marked(doc string) (string, []position) {
	var places []position
	var b strings.Builder
	for i, line := range strings.SplitAfter(doc, "\n") {
		at := position{i + 1, 1}
		for j, part := range strings.Split(line, "^") {
			if j > 0 {
				places = append(places, at)
			}
			at.col += utf8.RuneCountInString(part)
			b.WriteString(part)
		}
	}
	return b.String(), places
}

func environment(vars map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) { v, ok := vars[name]; return v, ok }
}

var testEnv = environment(map[string]string{
	"DISCORD":    "MTEwMDAwMDAwMDAwMDAwMDAwMQ.Gabcde.verysecretverysecretverysecret",
	"MATTERMOST": "verysecretverysecretverysec", "MATTERMOST_SECRET": "verysecret-of-our-own",
	"BOT": "xoxb-1-verysecret", "APP": "xapp-1-verysecret", "SIGNING": "verysecret", "EMPTY": " ", "DSN": "postgres://u:verysecret@db/sereno",
})

type mistake struct {
	name string
	// whole is the document, where it is not the base with edits.
	whole string
	edits []edit
	// wants are the problems in the order of their marks, without the places.
	wants []string
}

// allMistakes are the rows of every kind.
var allMistakes = [][]mistake{
	yamlMistakes, calendarMistakes, contractMistakes, peopleMistakes, oncallMistakes, platformMistakes, processMistakes, pagingMistakes,
	notifierMistakes, assistantMistakes,
	policyMistakes,
}

func TestMistakes(t *testing.T) {
	told := map[msg]bool{}
	var spanish strings.Builder
	rows := slices.Concat(allMistakes...)
	for _, tt := range rows {
		t.Run(tt.name, func(t *testing.T) {
			doc := tt.whole
			if doc == "" {
				doc = base
			}
			for _, e := range tt.edits {
				doc = e.apply(t, doc)
			}
			doc, places := marked(doc)
			problems := problemsOf(t, doc)
			want := make([]string, len(tt.wants))
			for i, w := range tt.wants {
				if i >= len(places) {
					t.Fatalf("%d problems are wanted and %d places marked", len(tt.wants), len(places))
				}
				want[i] = fmt.Sprintf("sereno.yaml:%d:%d: %s", places[i].line, places[i].col, w)
			}
			if d := cmp.Diff(strings.Join(want, "\n"), problems.Text(company.English)); d != "" {
				t.Errorf("problems (-want +got):\n%s", d)
			}
			fmt.Fprintf(&spanish, "# %s\n%s\n\n", tt.name, problems.Text(company.Spanish))
			for _, p := range problems {
				if strings.Contains(p.Text(company.English)+p.Text(company.Spanish), "verysecret") {
					t.Errorf("a secret is told: %s", p.Text(company.English))
				}
				note(told, p.Msg.wrong)
				note(told, p.Msg.instead)
			}
		})
	}
	if t.Failed() || testing.Short() || !wholeRun() {
		return
	}
	for _, m := range aheadMistakes {
		got, _ := aheadOf(t, m, nil)
		fmt.Fprintf(&spanish, "# %s\n%s\n\n", m.name, got.Text(company.Spanish))
		for _, p := range got {
			note(told, p.Msg.wrong)
			note(told, p.Msg.instead)
		}
	}
	golden(t, "problems.es.golden", spanish.String())
	for m := nothing + 1; m < messages; m++ {
		if !told[m] && !hardToReach[m] {
			t.Errorf("no row produces the message %q", catalogue[m].en)
		}
	}
}

// hardToReach are messages that tests of their own produce.
var hardToReach = map[msg]bool{
	tooLarge: true, tooDeep: true, tooMany: true, moreProblems: true, fixFirst: true, fileForbidden: true,
	sourceUnreadable: true, makeSource: true, notCheckout: true, cloneSource: true,
	impossibleCalendar: true, impossibleContract: true, // the nets under the other messages
	aWarning: true,
}

func note(told map[msg]bool, p phrase) {
	told[p.msg] = true
	for _, a := range p.args {
		switch a := a.(type) {
		case msg:
			told[a] = true
		case phrase:
			note(told, a)
		case position:
			told[linePlace] = true
		}
	}
}

// wholeRun is false when only some rows were asked for.
func wholeRun() bool { return !strings.Contains(flag.Lookup("test.run").Value.String(), "/") }

func problemsOf(t *testing.T, doc string) Problems {
	t.Helper()
	c, err := Parse("sereno.yaml", []byte(doc), testEnv)
	if err == nil && len(c.Unworkable()) > 0 {
		return c.Unworkable()
	}
	if err == nil {
		t.Fatal("no problem was found")
	}
	var problems Problems
	if !errors.As(err, &problems) {
		t.Fatalf("the error is %T: %v", err, err)
	}
	return problems
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (go test -update writes it)", err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s (-want +got):\n%s", name, d)
	}
}

func TestBaseHasNoMistakes(t *testing.T) {
	if _, err := Parse("sereno.yaml", []byte(base), testEnv); err != nil {
		t.Fatal(err)
	}
}

var slot = regexp.MustCompile(`\{[a-z]+\}`)

// Every message exists in both languages, with the same values in it.
func TestEveryMessageIsInBothLanguages(t *testing.T) {
	for m := nothing + 1; m < messages; m++ {
		c := catalogue[m]
		if c.en == "" || c.es == "" {
			t.Errorf("message %d is missing in a language: %q, %q", m, c.en, c.es)
			continue
		}
		slots := func(s string) map[string]bool {
			out := map[string]bool{}
			for _, name := range slot.FindAllString(s, -1) {
				out[name] = true
			}
			return out
		}
		if d := cmp.Diff(slots(c.en), slots(c.es)); d != "" {
			t.Errorf("%q and %q hold different values:\n%s", c.en, c.es, d)
		}
	}
}

func TestProblemsAreToldInOrder(t *testing.T) {
	doc := strings.NewReplacer("contract: gold\n    team: platform", "contract: golf\n    team: platfrom", "handoff: mon 09:00", "handoff: tue 09:00").Replace(base)
	got := problemsOf(t, doc).Error()
	want := `sereno.yaml:24:15: customers.globex.contract: "golf" is not a contract of this document: did you mean "gold"?
sereno.yaml:25:11: customers.globex.team: "platfrom" is not a team of this document: did you mean "platform"?
sereno.yaml:46:45: schedules.payments-oncall.handoff: "tue 09:00" is another day of the week than the start, which is a mon: write mon 09:00`
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}
