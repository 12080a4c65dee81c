package cli

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sereno/bot"
)

var update = flag.Bool("update", false, "accept what the stories give now")

// played is one line that a replay printed.
type played struct {
	At, ID, Kind, Channel, Thread, To, Incident, Clock, Reason, Due, Text string
	Buttons                                                               []string
}

// play replays a file, and answers what the bot did and how things stood in
// the end.
func play(t *testing.T, file string, flags ...string) (lines []played, end bot.State) {
	t.Helper()
	for line := range strings.Lines(replayed(t, file, append(flags, "--state")...)) {
		if strings.HasPrefix(line, `{"kind":"state"`) {
			if err := json.Unmarshal([]byte(line), &end); err != nil {
				t.Fatal(err)
			}
			continue
		}
		var p played
		if err := json.Unmarshal([]byte(line), &p); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, p)
	}
	return lines, end
}

func replayed(t *testing.T, file string, flags ...string) string {
	t.Helper()
	var out, problems bytes.Buffer
	args := append([]string{"replay", file}, flags...)
	noEnv := func(string) (string, bool) { return "", false }
	if code := Run(t.Context(), Process{args, strings.NewReader(""), &out, &problems, noEnv}); code != 0 {
		t.Fatalf("exit status %d: %s", code, problems.String())
	}
	return out.String()
}

func mission(name string) string { return filepath.Join("testdata", "mission", name+".jsonl") }

func only(lines []played, is func(played) bool) []played {
	return slices.DeleteFunc(slices.Clone(lines), func(p played) bool { return !is(p) })
}

func says(words string) func(played) bool {
	return func(p played) bool { return strings.Contains(p.Text, words) }
}

func clockOf(t *testing.T, s bot.State, incident, name string) bot.ClockState {
	t.Helper()
	var last bot.ClockState
	for _, inc := range s.Incidents {
		for _, c := range inc.Clocks {
			if inc.ID == incident && c.Name == name {
				last = c
			}
		}
	}
	if last.Name == "" {
		t.Fatalf("%s has no clock %s", incident, name)
	}
	return last
}

// The whole story of the README, as acme lives it in Spanish and globex in
// English: golden transcripts (-update accepts a change).
func TestStories(t *testing.T) {
	files, err := filepath.Glob("testdata/stories/*.jsonl")
	if err != nil || len(files) != 2 {
		t.Fatalf("stories: %v, %v", files, err)
	}
	for _, f := range files {
		t.Run(filepath.Base(f), func(t *testing.T) {
			got := replayed(t, f, "--state")
			if again := replayed(t, f, "--state"); again != got {
				t.Fatal("the same story gave two transcripts")
			}
			golden := strings.TrimSuffix(f, ".jsonl") + ".golden"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
				t.Errorf("the story changed (-want +got):\n%s", diff)
			}
		})
	}
}

// P1: in time and form, under the contract agreed with each customer.
func TestP01TwoContractsEachWithItsDeadlinesAndAPageBeforeTheBreach(t *testing.T) {
	lines, end := play(t, mission("p01_two_contracts"))
	if due := clockOf(t, end, "INC-1", "first_response").Due.Format("15:04"); due != "14:00" {
		t.Errorf("gold, high: due %s, want an hour after 13:00Z", due)
	}
	// 10:00 in Buenos Aires is 08:00 in New York: two hours from its opening.
	if due := clockOf(t, end, "INC-2", "first_response").Due.Format("15:04"); due != "16:00" {
		t.Errorf("standard, high: due %s, want two hours from 14:00Z", due)
	}
	for incident, want := range map[string]struct{ first, to, breach string }{
		"INC-1": {"2026-11-25T13:45:00Z", "ana", "2026-11-25T14:00:00Z"},
		"INC-2": {"2026-11-25T15:30:00Z", "tom", "2026-11-25T16:00:00Z"},
	} {
		pages := only(lines, func(p played) bool { return p.Kind == "page" && p.Incident == incident })
		if len(pages) == 0 || pages[0].At != want.first || pages[0].To != want.to || pages[0].Due != want.breach {
			t.Errorf("%s: first page %+v, want %+v", incident, pages, want)
		}
		breaches := only(lines, func(p played) bool {
			return p.Kind == "post" && p.Incident == incident && strings.HasPrefix(p.At, want.breach[:19]) && p.Thread == ""
		})
		if len(breaches) != 1 {
			t.Errorf("%s: the breach was announced %d times", incident, len(breaches))
		}
	}
}

// P1: a file may say that luis pressed what only ana could see; whether he may
// acknowledge is the bot's to say, and he may.
func TestP01AColleagueAcknowledgesAnothersPage(t *testing.T) {
	lines, _ := play(t, mission("p01_colleague_acknowledges"))
	pages := only(lines, func(p played) bool { return p.Kind == "page" })
	if len(pages) != 1 || pages[0].To != "ana" {
		t.Errorf("pages: %+v", pages)
	}
	if len(only(lines, says("Luis tomó conocimiento"))) != 1 {
		t.Error("the page does not say who acknowledged")
	}
}

// P2: several ways to report. So far a message in chat, and one that had been
// taken for small talk, opened by a reaction: the same acknowledgement.
func TestP02AMessageAndAReactionOpenTheSame(t *testing.T) {
	lines, end := play(t, mission("p02_chat_is_a_way_to_report"))
	if len(end.Incidents) != 2 {
		t.Fatalf("%d incidents", len(end.Incidents))
	}
	receipts := only(lines, func(p played) bool { return p.Kind == "post" && p.Channel == "acme-support" })
	if len(receipts) != 2 || receipts[0].Thread != "m1" ||
		!strings.Contains(receipts[0].Text, "Mensaje recibido") || !strings.Contains(receipts[1].Text, "Mensaje recibido") {
		t.Errorf("receipts: %+v", receipts)
	}
}

// P3, P4: a knowledge base from which support answers fast, in the card too.
func TestP04TheArticleIsInTheAcknowledgementAndOnTheCard(t *testing.T) {
	lines, _ := play(t, mission("p05_self_service"))
	if shown := only(lines, says("• La API de pagos devuelve error 500")); len(shown) != 3 || shown[0].Channel != "acme-support" ||
		shown[1].Channel != "payments-team" || shown[2].Kind != "update" || !strings.Contains(shown[2].Text, "le sirvió") {
		t.Errorf("the customer and the team see: %+v", shown)
	}
	card := only(lines, func(p played) bool { return p.Channel == "payments-team" && p.Kind == "post" })
	if len(card) == 0 || !strings.Contains(card[0].Text, "api-pagos-error-500") {
		t.Errorf("the team sees: %+v", card)
	}
}

// P5: self-service, counted as such, with the commitment kept.
func TestP05ItSolvedItIsSelfService(t *testing.T) {
	lines, end := play(t, mission("p05_self_service"))
	inc := end.Incidents[0]
	if inc.Status != "closed" || !inc.Self || clockOf(t, end, "INC-1", "first_response").State != "met" {
		t.Errorf("%+v", inc)
	}
	if len(only(lines, says("Autoservicio"))) != 1 {
		t.Error("the report does not count it")
	}
}

// P7: last month's incidents under another contract.
func TestP07TheSameIncidentsUnderAnotherContract(t *testing.T) {
	_, gold := play(t, mission("p07_another_contract"))
	_, strict := play(t, mission("p07_another_contract"), "--config", filepath.Join("testdata", "mission", "p07_strict.yaml"))
	if got := clockOf(t, gold, "INC-1", "first_response").State; got != "met" {
		t.Errorf("under gold: %s", got)
	}
	if got := clockOf(t, strict, "INC-1", "first_response").State; got != "breached" {
		t.Errorf("under half an hour: %s", got)
	}
}

// P9: the customer's feedback.
func TestP09TheRatingReachesTheReport(t *testing.T) {
	lines, end := play(t, mission("p09_rating"))
	if end.Incidents[0].Rating != 2 || len(only(lines, says("2,0 de 5 (1 respuesta)"))) != 1 {
		t.Errorf("rating %d", end.Incidents[0].Rating)
	}
}

// P11: controlled conditions: what the life cycle forbids is refused, with the
// reason; and to who may not, without one.
func TestP11AForbiddenTransitionIsRefused(t *testing.T) {
	lines, end := play(t, mission("p11_forbidden_transition"))
	refused := only(lines, func(p played) bool { return p.Kind == "error" })
	if len(refused) != 2 || !strings.Contains(refused[0].Text, "está nuevo") || refused[1].To != "maria" {
		t.Errorf("%+v", refused)
	}
	if end.Incidents[0].Status != "new" {
		t.Error("it changed all the same")
	}
}

// P12: what belongs to a customer stays with them.
func TestP12CustomersDoNotSeeEachOtherNorTheNotes(t *testing.T) {
	lines, _ := play(t, mission("p12_isolation"))
	refused := only(lines, func(p played) bool { return p.Kind == "error" && p.To == "john" })
	if len(refused) != 2 || strings.ReplaceAll(refused[0].Text, "INC-1", "INC-99") != refused[1].Text {
		t.Errorf("another customer's incident is not like one that does not exist: %+v", refused)
	}
	for _, p := range only(lines, says("clave interna")) {
		if p.Channel != "payments-team" {
			t.Errorf("the note is seen in %+v", p)
		}
	}
	for _, p := range only(lines, func(p played) bool { return p.To == "john" }) {
		if strings.Contains(p.Text, "Acme") || strings.Contains(p.Text, "pagos") {
			t.Errorf("john reads %q", p.Text)
		}
	}
}

// P14: communication in the customer's language, zone and channel.
func TestP14EachCustomerInTheirLanguageAndZone(t *testing.T) {
	lines, _ := play(t, mission("p14_two_languages"))
	for channel, words := range map[string][]string{
		"acme-support":   {"Mensaje recibido", "hoy 12:00 (Buenos Aires)", "¿Quedó solucionado?"},
		"globex-support": {"We have your message", "(New York)", "Is it solved?"},
	} {
		for _, w := range words {
			if len(only(lines, func(p played) bool { return p.Channel == channel && strings.Contains(p.Text, w) })) == 0 {
				t.Errorf("%s never reads %q", channel, w)
			}
		}
	}
}

// P19, P20: incidents reported by customers, those that originated with us,
// and each team's.
func TestP19TheIndicatorTellsOurFailuresApart(t *testing.T) {
	lines, _ := play(t, mission("p19_indicator"))
	report := lines[len(lines)-1].Text
	for _, words := range []string{
		"noviembre 2026\n2 reportados, 1 de origen propio, 1 sin determinar",
		"octubre 2026\n1 reportado, 0 de origen propio, 0 sin determinar",
		"Equipo Payments\n1 reportado, 1 de origen propio",
		"Equipo Platform\n1 reportado, 0 de origen propio, 1 sin determinar",
	} {
		if !strings.Contains(report, words) {
			t.Errorf("the report does not say %q:\n%s", words, report)
		}
	}
	if len(only(lines, func(p played) bool { return p.Kind == "error" && p.To == "luis" })) != 1 {
		t.Error("an agent changed an origin that was determined")
	}
}

// P21, P10: the guided root-cause analysis and its corrective actions.
func TestP21TheFiveWhysAreAskedOneByOne(t *testing.T) {
	lines, end := play(t, mission("p21_five_whys"))
	for n, question := range []string{"¿Por qué pasó?", "Porqué n.º 2", "Porqué n.º 3", "Porqué n.º 4", "Porqué n.º 5", "¿De quién fue", "¿A qué equipo", "Acciones correctivas (0"} {
		if len(only(lines, func(p played) bool { return p.Kind == "post" && strings.Contains(p.Text, question) })) != 1 {
			t.Errorf("question %d (%s) was not asked once", n+1, question)
		}
	}
	r := end.RCAs[0]
	if r.Status != "done" || len(r.Whys) != 5 || r.Origin != "ours" || r.Team != "payments" || len(r.Actions) != 1 || r.Actions[0].Due != "2026-12-01" {
		t.Errorf("%+v", r)
	}
}
