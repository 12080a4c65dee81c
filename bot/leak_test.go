package bot_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"sereno/bot"
	"sereno/bot/company"
)

func TestWhatIsNotWrittenUnderTheCardStaysInsideInReplyMode(t *testing.T) {
	for name, write := range map[string]func(t *testing.T, w *world){
		"under another message about the incident": func(t *testing.T, w *world) {
			w.wait(6 * time.Hour)
			w.command("ana", "payments-team", "/incident reply-mode INC-1 on")
			for _, m := range w.Messages("payments-team", "ana") {
				if m.Incident == "INC-1" && m.Thread == "" && m.Purpose != "card" {
					w.say("ana", "payments-team", m.ID, "se nos pasó, qué desastre")
					return
				}
			}
			t.Fatal("nothing else is there")
		},
		"under the card of the team that had it before": func(t *testing.T, w *world) {
			card := w.cardID()
			w.command("ana", "payments-team", "/incident team INC-1 platform")
			w.command("ana", "payments-team", "/incident reply-mode INC-1 on")
			w.say("ana", "payments-team", card, "esto ya no es nuestro")
		},
		"to the bot, which did not understand it": func(t *testing.T, w *world) {
			w.command("ana", "payments-team", "/incident reply-mode INC-1 on")
			w.say("ana", "payments-team", w.cardID(), "@sereno anotá que el cliente miente")
		},
		"after the mode ended, while the bot was away": func(t *testing.T, w *world) {
			w.command("ana", "payments-team", "/incident reply-mode INC-1 on")
			w.must2(w.Approach(t.Context(), w.Now().Add(30*time.Minute))) // its timer is due, and still to come
			w.say("ana", "payments-team", w.cardID(), "entre nosotros")
		},
	} {
		t.Run(name, func(t *testing.T) {
			w, there := newBridge(t)
			w.reports()
			write(t, w)
			for _, out := range there.told(bot.Post) {
				if out.Purpose == "answer" {
					t.Errorf("it got out: %+v", out.Message)
				}
			}
		})
	}
}

func TestAnAnswerUnderTheCardThatReplacedAnotherGoesOut(t *testing.T) {
	w, there := newBridge(t)
	w.reports()
	w.command("ana", "payments-team", "/incident team INC-1 platform")
	w.command("ana", "platform-team", "/incident reply-mode INC-1 on")
	there.given = nil
	for _, m := range w.Messages("platform-team", "ana") {
		if m.Purpose == "card" {
			w.say("ana", "platform-team", m.ID, "lo vemos nosotros")
		}
	}
	if out := there.told(bot.Post); len(out) != 1 || out[0].Message.Text != "lo vemos nosotros" {
		t.Errorf("the customer got %+v", out)
	}
}

func TestAGuestsEditOpensNothing(t *testing.T) {
	w, _ := newBridge(t)
	w.now.Customer("acme").Workspaces = map[string][]string{"abroad": {"TACME"}}
	w.abroad(bot.Event{Kind: bot.MessagePosted, Message: "p1", User: "G1", UserName: "Guest", UserTeam: "TELSE", Text: "hola"})
	w.abroad(bot.Event{Kind: bot.MessageEdited, Message: "p1", User: "G1", UserName: "Guest", UserTeam: "TELSE", Text: report})
	if n := w.count(); n != 0 {
		t.Errorf("a guest opened %d incidents", n)
	}
}

func TestAReportThatBeginsLikeACommandIsAReport(t *testing.T) {
	w := newWorld(t)
	w.say("maria", "acme-support", "", "@sereno me da error 500 al pagar con tarjeta")
	if n := w.count(); n != 1 {
		t.Errorf("%d incidents", n)
	}
}

func TestAnAnswerCanBeWithdrawnWhateverBecameOfTheIncident(t *testing.T) {
	w, there := newBridge(t)
	w.reports()
	w.command("ana", "payments-team", "/incident reply INC-1 la clave es 1234")
	w.wait(time.Hour)
	w.abroad(bot.Event{Kind: bot.MessagePosted, Message: "p2", User: "M2", UserName: "Mara", Text: "El reporte mensual sale vacío desde ayer"})
	w.command("ana", "payments-team", "/incident merge INC-1 INC-2")
	there.given = nil
	w.press("ana", "withdraw_answer", "INC-1")
	if out := there.told(bot.Withdraw); len(out) != 1 {
		t.Errorf("it stays: %+v", out)
	}
}

func TestTheTeamLearnsThatAnAnswerCouldNotBeTakenBack(t *testing.T) {
	w := newWorld(t)
	w.say("maria", "acme-support", "", report)
	w.command("ana", "payments-team", "/incident reply INC-1 la clave es 1234")
	w.fail = func(d *bot.Delivery) error {
		if d.Kind == bot.Withdraw {
			return &bot.DeliveryError{Permanent: true, NotSent: true, Err: errNoSuch}
		}
		return nil
	}
	w.records = nil
	w.press("ana", "withdraw_answer", "INC-1")
	for _, r := range w.said(bot.Post) {
		if strings.Contains(r.Message.Text, "No se pudo entregar") && strings.Contains(r.Message.Text, "retiro") {
			return
		}
	}
	t.Error("nobody was told")
}

func TestAReloadThatMovesAnIncidentEndsItsReplyModes(t *testing.T) {
	w, _ := newBridge(t)
	w.reports()
	w.command("ana", "payments-team", "/incident reply-mode INC-1 on")
	next := *w.now
	next.Teams = []*company.Team{next.Team("platform")}
	next.Customer("acme").Team = next.Teams[0]
	w.must2(w.bot.Reload(t.Context(), &next, "test", nil))
	w.must2(w.Settle(t.Context()))
	for _, m := range w.Messages("platform-team", "ana") {
		if strings.Contains(m.Body.Text, "REPLY MODE") {
			t.Errorf("the other team reads %q", m.Body.Text)
		}
	}
}

func TestTheCustomerReadsNoMoreOfAnAnswerThanStands(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(w *world)
		stands string
	}{
		"withdrawn": {func(w *world) { w.press("ana", "withdraw_answer", "INC-1") }, ""},
		"edited": {func(w *world) {
			w.press("ana", "edit_answer", "INC-1")
			w.must(w.Submit(t.Context(), "ana", "edit_answer", "INC-1", map[string]string{"words": "ya está"}))
		}, "ya está"},
	} {
		for _, merged := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, merged: %v", name, merged), func(t *testing.T) {
				w := newWorld(t)
				w.say("maria", "acme-support", "", report)
				w.command("ana", "payments-team", "/incident reply INC-1 la clave es 1234")
				tt.change(w)
				shown := "INC-1"
				if merged {
					w.wait(time.Hour)
					w.say("maria", "acme-support", "", "El reporte mensual sale vacío desde ayer")
					w.command("ana", "payments-team", "/incident merge INC-1 INC-2")
					shown = "INC-2"
				}
				w.records = nil
				w.command("maria", "acme-support", "/incident show "+shown)
				if said := w.one(bot.Ephemeral).Message.Plain(); strings.Contains(said, "1234") || !strings.Contains(said, tt.stands) {
					t.Errorf("the customer reads\n%s", said)
				}
			})
		}
	}
}
