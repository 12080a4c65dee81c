package bot_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"sereno/bot"
	"sereno/bot/company"
	"sereno/bot/oncall"
)

func TestAStepThatFallsDueAtTheBreachSaysSo(t *testing.T) {
	w := newWorld(t, func(o *bot.Options) {
		o.Company.Team("payments").Policy = &oncall.Policy{Name: "even", Steps: []oncall.Step{
			{Targets: person("ana")}, {Targets: person("luis"), After: 15 * time.Minute}, // 45 + 15 of 60 minutes
		}}
	})
	w.say("maria", "acme-support", "", report)
	w.wait(45 * time.Minute)
	w.records = nil
	w.wait(16 * time.Minute)
	all := w.records
	if got, want := w.pages(), []string{"14:00:00 luis"}; !slices.Equal(got, want) {
		t.Fatalf("paged %v, want %v", got, want)
	}
	for _, r := range all {
		if r.Kind == bot.Page && (r.Reason != "breached" || !strings.Contains(r.Message.Title, "incumplido")) {
			t.Errorf("the page says %s: %s", r.Reason, r.Message.Plain())
		}
	}
}

func TestAnOldPageSaysWhatBecameOfTheBreach(t *testing.T) {
	for name, tc := range map[string]struct {
		act  func(w *world, root string)
		want []string // in the page of ana
	}{
		"it is solved": {
			func(w *world, _ string) { w.command("diego", "payments-team", "/incident resolve INC-1 listo") },
			[]string{"resuelto", "Ya no hace falta: resuelto."},
		},
		"it was met after all": {func(w *world, root string) {
			w.must(w.bot.Accept(w.t.Context(), bot.Event{
				Key: "console:late", Platform: "console", Kind: bot.MessagePosted, At: begin.Add(50 * time.Minute),
				Channel: "acme-support", Thread: root, Message: "late", User: "ana", Text: "lo estamos mirando",
			}))
		}, []string{"compromiso cumplido"}},
		"it was excused while nobody had it": {func(w *world, _ string) {
			w.wait(15 * time.Minute) // the acknowledgement expires: they are paged again
			w.command("luis", "payments-team", "/sla excuse INC-1 first_response el corte fue del proveedor")
			w.command("diego", "payments-team", "/sla approve INC-1 first_response")
		}, []string{"compromiso excusado"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			root := w.say("maria", "acme-support", "", report)
			w.wait(61 * time.Minute)
			w.press("ana", "ack", "INC-1")
			if m := w.newest("@ana", "ana"); !strings.Contains(m.Title, "incumplido") {
				t.Fatalf("before: %s", m.Plain())
			}
			tc.act(w, root)
			m := w.newest("@ana", "ana")
			for _, want := range tc.want {
				if !strings.Contains(m.Plain(), want) {
					t.Errorf("it does not say %q: %s", want, m.Plain())
				}
			}
			if strings.Contains(m.Title, "incumplido") {
				t.Errorf("it still says: %s", m.Title)
			}
		})
	}
}

func TestADrillIsExplainedInTheLanguageOfWhoIsPaged(t *testing.T) {
	w := newWorld(t, func(o *bot.Options) { o.Company.Person("ana").Language = company.English })
	w.command("diego", "payments-team", "/oncall drill payments")
	if r := w.one(bot.Page); r.To != "ana" || !strings.HasPrefix(r.Message.Quote, "Drill asked for by Diego") {
		t.Errorf("%s reads %q", r.To, r.Message.Quote)
	}
}
