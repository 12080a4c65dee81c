package bot_test

import (
	"fmt"
	"strings"
	"testing"

	"sereno/bot"
)

func TestAStrangerInACustomersChannelIsAContactWithANameAndAnIdentity(t *testing.T) {
	w, there := newBridge(t)
	w.reports()
	if card, _ := w.Message(w.cardID()); !strings.Contains(card.Body.Plain(), "María") {
		t.Errorf("the card:\n%s", card.Body.Plain())
	}
	if s := w.state("INC-1"); s.Customer != "acme" {
		t.Errorf("%+v", s)
	}
	// Written to the bot alone, they are still acme's.
	there.given = nil
	w.forged++
	w.must2(w.bot.Accept(t.Context(), bot.Event{
		Key: "abroad:dm", Platform: "abroad", Kind: bot.CommandTyped, Channel: "dm1", Direct: true, User: "M1", At: w.Now(), Text: "/incident list",
	}))
	w.must2(w.Settle(t.Context()))
	if out := there.told(bot.Direct); len(out) != 1 || !strings.Contains(out[0].Message.Plain(), "INC-1") {
		t.Errorf("they are told %+v", out)
	}
}

func TestTwoPeopleOfOneNameAreTwo(t *testing.T) {
	w, _ := newBridge(t)
	w.abroad(bot.Event{Kind: bot.MessagePosted, Message: "p1", User: "X1", UserName: "Alex", Text: report})
	w.abroad(bot.Event{Kind: bot.MessagePosted, Message: "p2", User: "X2", UserName: "Alex", Text: "El reporte mensual sale vacío desde ayer"})
	if n := w.count(); n != 2 {
		t.Errorf("%d incidents", n)
	}
}

func TestWhoIsOfAnotherWorkspaceIsAGuest(t *testing.T) {
	w, _ := newBridge(t)
	w.now.Customer("acme").Workspaces = map[string][]string{"abroad": {"TACME"}}
	w.abroad(bot.Event{Kind: bot.MessagePosted, Message: "p1", User: "G1", UserName: "Guest", UserTeam: "TELSE", Text: report})
	if n := w.count(); n != 0 {
		t.Fatalf("a guest opened %d incidents", n)
	}
	w.abroad(bot.Event{Kind: bot.ButtonPressed, Message: "p1", User: "G1", UserTeam: "TELSE", Button: "solved", Value: "INC-1"})
	w.abroad(bot.Event{Kind: bot.MessagePosted, Message: "p2", User: "M2", UserName: "María", UserTeam: "TACME", Text: report})
	if n := w.count(); n != 1 {
		t.Errorf("the customer's own person opened %d", n)
	}
}

func TestWhoIsInATeamsGroupIsAnAgentOfIt(t *testing.T) {
	w, _ := newBridge(t)
	w.now.Team("payments").Groups = map[string][]string{"console": {"role-payments"}}
	w.reports()
	w.platform(bot.Event{
		Kind: bot.CommandTyped, Channel: "payments-team", User: "N1", UserName: "Nora", Groups: []string{"other", "role-payments"},
		Text: "/incident take INC-1",
	})
	if s := w.state("INC-1"); s.Owner != "console:N1" {
		t.Fatalf("the owner is %q", s.Owner)
	}
	if card, _ := w.Message(w.cardID()); !strings.Contains(card.Body.Plain(), "Nora") {
		t.Errorf("the card:\n%s", card.Body.Plain())
	}
	w.platform(bot.Event{Kind: bot.CommandTyped, Channel: "payments-team", User: "N2", UserName: "Nadie", Text: "/incident take INC-1"})
	if s := w.state("INC-1"); s.Owner != "console:N1" {
		t.Error("somebody without the group took it")
	}
}

func TestWhoeverAsksLearnsWhatTheBotKnowsOfThem(t *testing.T) {
	w, there := newBridge(t)
	w.command("ana", "payments-team", "/me")
	if r := w.one(bot.Ephemeral); !strings.Contains(r.Message.Plain(), "Payments") || !strings.Contains(r.Message.Plain(), "ANA") {
		t.Errorf("ana is told %s", r.Message.Plain())
	}
	w.abroad(bot.Event{Kind: bot.CommandTyped, Text: "/me"})
	if out := there.told(bot.Ephemeral); len(out) != 1 || !strings.Contains(out[0].Message.Plain(), "Acme S.A.") || !strings.Contains(out[0].Message.Plain(), "M1") {
		t.Errorf("a contact is told %+v", out)
	}
}

func TestOnlyStaffsReactionsChangeWhatIsThere(t *testing.T) {
	w := newWorld(t)
	id := w.say("maria", "acme-support", "", report)
	before := w.state("INC-1")
	w.records = nil
	for _, emoji := range []string{"eyes", "white_check_mark"} {
		w.must(w.React(t.Context(), "maria", id, emoji))
	}
	if after := w.state("INC-1"); after.Status != before.Status || after.Owner != before.Owner || len(w.records) > 0 {
		t.Errorf("%+v\n%s", after, transcript(w.records))
	}
}

func TestAFormIsAskedQuestionByQuestionWhereItCannotBeShown(t *testing.T) {
	w := newWorld(t)
	w.say("maria", "acme-support", "", report)
	card := w.cardID()
	ask := func(words string) {
		w.platform(bot.Event{Kind: bot.MessagePosted, Channel: "payments-team", Thread: card, Message: "t" + fmt.Sprint(w.forged), User: "ana", Text: words, Mentioned: words == "resolve"})
	}
	w.records = nil
	ask("resolve")
	if r := w.one(bot.Post); r.Thread != card || !strings.Contains(r.Message.Plain(), "¿Qué se hizo?") {
		t.Fatalf("asked %+v", r)
	}
	w.platform(bot.Event{Kind: bot.MessagePosted, Channel: "payments-team", Thread: card, Message: "luis1", User: "luis", Text: "yo no sé"})
	ask("se renovó el certificado")
	asked := w.said(bot.Post)
	if len(asked) != 1 || len(asked[0].Message.Buttons) < 5 {
		t.Fatalf("asked %+v", asked)
	}
	w.must(w.Press(t.Context(), "ana", asked[0].ID, "answer_choice"))
	if s := w.state("INC-1"); s.Status != "resolved" || s.Origin != "ours" {
		t.Errorf("%+v", s)
	}
	w.records = nil
	w.must(w.Press(t.Context(), "ana", asked[0].ID, "answer_choice"))
	w.one(bot.Refused)
}

func TestTheQuestionsOfACustomersThreadAreAskedInPrivate(t *testing.T) {
	w := newWorld(t)
	root := w.say("maria", "acme-support", "", report)
	w.records = nil
	w.platform(bot.Event{Kind: bot.Reacted, Channel: "acme-support", Message: root, User: "ana", Reaction: "white_check_mark"})
	for _, r := range w.records {
		if r.Channel == "acme-support" && r.To == "" {
			t.Errorf("in front of the customer: %s", r.Message.Plain())
		}
	}
	if r := w.one(bot.Direct); r.To != "ana" {
		t.Fatalf("%+v", r)
	}
	w.say("ana", "", "", "reiniciamos el servicio")
	r := w.one(bot.Direct)
	w.must(w.Press(t.Context(), "ana", r.ID, "answer_skip"))
	if s := w.state("INC-1"); s.Status != "resolved" {
		t.Errorf("%+v", s)
	}
}

func TestEverybodyHasAPageOfTheirOwnWhereThereAreAny(t *testing.T) {
	w, there := newBridge(t)
	w.reports()
	w.command("ana", "payments-team", "/incident take INC-1")
	there.given = nil
	w.abroad(bot.Event{Kind: bot.HomeOpened, User: "ANA"})
	if out := there.told(bot.Home); len(out) != 1 || !strings.Contains(out[0].Message.Plain(), "INC-1") || !strings.Contains(out[0].Message.Plain(), "Payments") {
		t.Errorf("ana's page: %+v", out)
	}
	w.abroad(bot.Event{Kind: bot.HomeOpened})
	if out := there.told(bot.Home); len(out) != 1 || !strings.Contains(out[0].Message.Plain(), "INC-1") || strings.Contains(out[0].Message.Plain(), "Ana") {
		t.Errorf("the customer's page: %+v", out)
	}
}

func TestWhatCanBeCompleted(t *testing.T) {
	w, _ := newBridge(t)
	w.reports()
	w.say("john", "globex-support", "", "The nightly export fails with error 500")
	ask := func(platform, user string, kind bot.ArgKind, typed string) string {
		t.Helper()
		got, err := w.bot.Complete(t.Context(), bot.Completion{Platform: platform, User: user, Kind: kind, Typed: typed})
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, o := range got {
			out = append(out, o.Value)
		}
		return strings.Join(out, " ")
	}
	for _, tt := range []struct {
		says, platform, user string
		kind                 bot.ArgKind
		typed, want          string
	}{
		{"an agent is offered all that is open, the newest first", "console", "ana", bot.ArgIncident, "", "INC-2 INC-1"},
		{"by number", "console", "ana", bot.ArgIncident, "inc-1", "INC-1"},
		{"by words", "console", "ana", bot.ArgIncident, "EXPORT", "INC-2"},
		{"a customer is offered theirs", "console", "john", bot.ArgIncident, "", "INC-2"},
		{"also by the number of another's", "console", "john", bot.ArgIncident, "INC-1", ""},
		{"a contact is offered their customer's", "abroad", "M1", bot.ArgIncident, "", "INC-1"},
		{"a stranger is offered nothing", "abroad", "Z9", bot.ArgIncident, "", ""},
		{"agents by name", "console", "ana", bot.ArgPerson, "lu", "luis"},
		{"customers learn no names", "console", "john", bot.ArgPerson, "", ""},
		{"teams", "console", "ana", bot.ArgTeam, "plat", "platform"},
	} {
		if got := ask(tt.platform, tt.user, tt.kind, tt.typed); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.says, got, tt.want)
		}
	}
}

func TestAPageToATeamsChannelCallsItsGroup(t *testing.T) {
	w := newWorld(t)
	w.now.Team("payments").Groups = map[string][]string{"console": {"role-payments"}}
	var called []string
	w.fail = func(d *bot.Delivery) error {
		if d.Kind == bot.Page && d.Channel == "payments-team" {
			called = d.Message.Groups
		}
		return nil
	}
	w.say("maria", "acme-support", "", report)
	for range 3 {
		w.command("diego", "payments-team", "/incident escalate INC-1")
	}
	if len(called) != 1 || called[0] != "role-payments" {
		t.Errorf("it calls %v", called)
	}
}
