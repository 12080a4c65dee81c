package demo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"sereno/adapters/console"
	"sereno/bot"
	"sereno/bot/company"
	"sereno/internal/stage"
)

// clerk is a bot that posts a card to the team for each message of a
// customer, edits it on a press, asks a form on "/form", and pages luis after
// three quarters of an hour.
type clerk struct {
	adapter bot.Adapter
	clock   bot.Clock
	heard   []bot.Event
	timers  []time.Time
	keys    int
	all     []bot.Event
}

func (c *clerk) Accept(_ context.Context, e bot.Event) error {
	c.heard, c.all = append(c.heard, e), append(c.all, e)
	return nil
}
func (c *clerk) Cursor(context.Context, string, string) (string, error) { return "", nil }
func (c *clerk) Threads(context.Context, string, string) ([]bot.ThreadCursor, error) {
	return nil, nil
}
func (c *clerk) Channels(string) []string { return nil }
func (c *clerk) CaughtUp(string)          {}
func (c *clerk) Refused(string, string)   {}

func (c *clerk) deliver(ctx context.Context, d bot.Delivery) error {
	c.keys++
	d.Key = fmt.Sprint(c.keys)
	_, err := c.adapter.Deliver(ctx, &d)
	return err
}

func (c *clerk) Settle(ctx context.Context) error {
	for ; len(c.heard) > 0; c.heard = c.heard[1:] {
		if err := c.answer(ctx, c.heard[0]); err != nil {
			return err
		}
	}
	for ; len(c.timers) > 0 && !c.timers[0].After(c.clock.Now()); c.timers = c.timers[1:] {
		page := bot.Delivery{Kind: bot.Page, User: "luis", Incident: "INC-1", Message: bot.Message{
			Title: "INC-1 at risk", Tone: bot.Alarm, Buttons: []bot.Button{{ID: "ack", Label: "Acknowledge", Value: "INC-1"}},
		}}
		if err := c.deliver(ctx, page); err != nil {
			return err
		}
	}
	return nil
}

func (c *clerk) answer(ctx context.Context, e bot.Event) error {
	card := bot.Message{
		Title: "INC-1", Quote: e.Text, Fields: []bot.Field{{Label: "Owner", Value: "nobody"}, {Label: "Severity", Value: "high"}},
		Buttons: []bot.Button{{ID: "take", Label: "Take", Value: "INC-1", Primary: true}, {ID: "resolve", Label: "Resolve", Value: "INC-1"}},
	}
	switch {
	case e.Kind == bot.MessagePosted && e.User == "maria":
		c.timers = append(c.timers, e.At.Add(45*time.Minute))
		if err := c.deliver(ctx, bot.Delivery{Kind: bot.Post, Channel: e.Channel, Thread: bot.Ref{Message: e.Message}, Incident: "INC-1", Message: bot.Message{Text: "received"}}); err != nil {
			return err
		}
		return c.deliver(ctx, bot.Delivery{Kind: bot.Post, Channel: "payments-team", Incident: "INC-1", Purpose: "card", Message: card})
	case e.Kind == bot.ButtonPressed:
		card.Fields[0].Value, card.Buttons = e.User, card.Buttons[1:]
		return c.deliver(ctx, bot.Delivery{Kind: bot.Update, Target: bot.Ref{Message: "m3"}, Message: card})
	case e.Kind == bot.CommandTyped && e.Text == "/form":
		return c.deliver(ctx, bot.Delivery{Kind: bot.OpenForm, User: e.User, Incident: "INC-1", Form: &bot.Form{
			ID: "resolve", Title: "Resolve INC-1", Submit: "Resolve", Value: "INC-1", Inputs: []bot.Input{
				{Name: "done", Label: "What was done"},
				{Name: "note", Label: "Note", Optional: true},
				{Name: "origin", Label: "Origin", Value: "ours", Options: []bot.Option{{Value: "ours", Label: "Ours"}, {Value: "customer", Label: "The customer's"}}},
			},
		}})
	case e.Kind == bot.FormSent:
		return c.deliver(ctx, bot.Delivery{Kind: bot.Direct, User: e.User, Message: bot.Message{Text: fmt.Sprintf("%s/%s/%s", e.Fields["done"], e.Fields["note"], e.Fields["origin"])}})
	}
	return nil
}

func (c *clerk) NextTimer(context.Context) (time.Time, bool, error) {
	for _, t := range c.timers {
		if t.After(c.clock.Now()) {
			return t, true, nil
		}
	}
	return time.Time{}, false, nil
}

func office(c *clerk) func(func(console.Record)) (*stage.Stage, error) {
	ar, _ := time.LoadLocation("America/Argentina/Buenos_Aires") // the tests of the clock fail without it
	ny, _ := time.LoadLocation("America/New_York")
	channel := func(id string) []company.ChannelID { return []company.ChannelID{{Platform: console.Name, ID: id}} }
	person := func(name string, x *company.Customer, roles ...company.Role) *company.Person {
		return &company.Person{Key: name, Identities: map[string]string{console.Name: name}, Customer: x, Roles: roles}
	}
	acme := &company.Customer{Key: "acme", Name: "Acme S.A.", Channels: channel("acme-support"), Zone: ar}
	globex := &company.Customer{Key: "globex", Name: "Globex Corp.", Channels: channel("globex-support"), Zone: ny}
	luis := person("luis", nil, company.Agent)
	co := &company.Company{
		Zone: ar, Customers: []*company.Customer{acme, globex},
		Teams:  []*company.Team{{Key: "payments", Name: "Payments", Channels: channel("payments-team"), Zone: ar, Agents: []*company.Person{luis}}},
		People: []*company.Person{person("maria", acme), person("john", globex), luis},
	}
	return func(show func(console.Record)) (*stage.Stage, error) {
		return stage.New(co, Start(ar), show, func(a bot.Adapter, clock bot.Clock) (stage.Player, error) {
			c.adapter, c.clock = a, clock
			return stage.Player{
				Engine: c, Close: func() error { return nil },
				State: func(context.Context) (any, error) { return map[string]int{"incidents": 1}, nil },
			}, nil
		})
	}
}

// told plays a script and answers what came out.
func told(t *testing.T, lang company.Lang, lines ...string) (string, *clerk, error) {
	t.Helper()
	var out bytes.Buffer
	c := &clerk{}
	ar, err := time.LoadLocation("America/Argentina/Buenos_Aires")
	if err != nil {
		t.Fatal(err)
	}
	err = Run(t.Context(), Options{
		In: strings.NewReader(strings.Join(lines, "\n") + "\n"), Out: &out, Lang: lang, Home: ar, Colour: true,
		Commands: []bot.CommandSpec{{Name: "form", Summary: "asks", Usage: "[now | later]"}, {Name: "opening", Summary: "opens"}},
		Open:     office(c),
	})
	return out.String(), c, err
}

func TestAScriptReadsAsAConversation(t *testing.T) {
	out, _, err := told(t, company.English, "# a comment", "no anda", "/as luis", "1", "/in luis", "/clock +1h", "/press ack", "/quit")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"It is Wednesday 25 November 2026, 10:00 · Buenos Aires.",
		"maria #acme-support> no anda\n  m1 · 10:00\n",
		"10:00  #acme-support › m1 · INC-1 · Acme S.A. and we see it\n  received  m2\n",
		"10:00  #payments-team · INC-1 · team Payments sees it\n┌─ m3 ─",
		"│ ┃ no anda ",
		"│ Owner     nobody ",
		"│ [1] Take   [2] Resolve ",
		"luis #acme-support> 1\n  luis presses “Take” on m3, #payments-team\n",
		"10:00  #payments-team · edited · INC-1 · team Payments sees it\n",
		"│ Owner     luis ",
		"│ [2] Resolve ",
		"luis DM to luis> /clock +1h\n10:45  DM to luis · PAGE · INC-1 · only luis sees it\n",
		"│ [3] Acknowledge ",
		"The clock: Wednesday 25 November 2026, 11:00 · Buenos Aires",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q", want)
		}
	}
	if strings.Contains(out, "\x1b") {
		t.Error("colours in a pipe")
	}
	if t.Failed() {
		t.Log(out)
	}
}

func TestAFormIsAskedFieldByField(t *testing.T) {
	out, c, err := told(t, company.English, "no anda", "/as luis", "/form", "restarted it", "", "2", "/form", "/cancel", "/form now")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"│ What was done: restarted it\n", "│ Note (optional; empty to skip):\n", "│ Origin [Ours]: 2\n", "restarted it//customer", "left unsent"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	sent := 0
	for _, e := range c.all {
		if e.Kind == bot.FormSent {
			sent++
		}
	}
	if sent != 1 {
		t.Errorf("%d forms were sent", sent)
	}
}

func TestAnAnswerThatWillNotDoIsAskedForAgain(t *testing.T) {
	out, _, err := told(t, company.English, "no anda", "/as luis", "/form", "", "done", "-", "costumer", "7", "Ours", "/form", "/where")
	var m *MistakesError
	if !errors.As(err, &m) || m.Lines != 4 {
		t.Errorf("got %v", err)
	}
	for _, want := range []string{"cannot be left empty", "went on without answering “What was done”", "You are luis (agent, payments), in", "did you mean “customer”?", "write a number from 1 to 2", "done//ours"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}

func TestWhatCannotBeDoneSaysWhatToWriteInstead(t *testing.T) {
	for _, tt := range []struct{ what, line, es, en string }{
		{"a slip in a verb", "/clok +45m", "¿Quisiste decir /clock? Por ejemplo: /clock +45m", "Did you mean /clock? For example: /clock +45m"},
		{"a clock that goes back", "/clock -1h", "El reloj solo avanza; es miércoles", "The clock only goes forward; it is Wednesday"},
		{"an unknown person", "/as mariah", "¿quisiste decir «maria»?", "did you mean “maria”?"},
		{"an unknown channel", "/in paymets-team", "¿quisiste decir «payments-team»?", "did you mean “payments-team”?"},
		{"another's channel", "/in payments-team", "maria no está en #payments-team", "maria is not in #payments-team"},
		{"a number without a button", "9", "No hay botón 9", "There is no button 9"},
		{"a button that she cannot see", "1", "maria no está en #payments-team", "maria is not in #payments-team"},
		{"an unknown thread", "/thread m99", "No hay hilo «m99»", "There is no thread “m99”"},
		{"an argument left out", "/react ticket", "Por ejemplo: /react ticket m3", "For example: /react ticket m3"},
		{"an edit of the bot's", "/edit m2 hola", "m2 es un mensaje del bot", "m2 is the bot's message"},
		{"no time", "/clock mañana", "«mañana» no es una hora", "“mañana” is no time"},
		{"a time that is past", "/clock 2026-11-25T09:00", "El reloj solo avanza", "The clock only goes forward"},
		{"a time too far", "/clock +999999w", "Como mucho un año", "At most a year"},
		{"nothing to cancel", "/cancel", "No hay ningún formulario abierto", "No form is open"},
		{"help on a slip", "/help clok", "¿Quisiste decir /clock?", "Did you mean /clock?"},
	} {
		t.Run(tt.what, func(t *testing.T) {
			for lang, want := range map[company.Lang]string{company.Spanish: tt.es, company.English: tt.en} {
				out, _, err := told(t, lang, "no anda", tt.line)
				var m *MistakesError
				if !errors.As(err, &m) || m.Lines != 1 {
					t.Errorf("got %v", err)
				}
				if !strings.Contains(strings.Join(strings.Fields(out), " "), want) {
					t.Errorf("no %q in\n%s", want, out)
				}
			}
		})
	}
}

func TestWhatTheBotKnowsGoesToTheBot(t *testing.T) {
	_, c, err := told(t, company.English, "/opening hours", "/zzzz", "/say /as", "hola")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range c.all {
		got = append(got, string(e.Kind)+" "+e.Text)
	}
	want := "command /opening hours, command /zzzz, message /as, message hola"
	if strings.Join(got, ", ") != want {
		t.Errorf("got %v", got)
	}
}

func TestOneSeesWhereOneIs(t *testing.T) {
	out, _, err := told(t, company.English, "no anda", "/thread INC-1", "sigue", "/back", "/show", "/where", "/who", "/state", "/help",
		"/edit m1 no anda nada", "/show", "/delete m1", "/as john", "hello", "/as luis", "/in acme-support", "/thread m2", "/in dm", "/show")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"maria #acme-support › m1> sigue\n",
		"You are maria (customer, Acme S.A.), in #acme-support (Acme S.A. and we see",
		"john (customer, Globex Corp.) · 08:00 New York",
		"#payments-team · team Payments sees it",
		`"incidents": 1`,
		"The tour, in six steps",
		"10:00  #acme-support · maria · edited · m1\n  no anda nada\n",
		"john #globex-support> hello\n  m7 · 08:00 New York\n",
		"luis #acme-support › m1> /in dm\n",
		"Nobody has written in DM to luis yet.",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q", want)
		}
	}
	if t.Failed() {
		t.Log(out)
	}
}

func TestWhatTheDemoSaysFitsTheScreen(t *testing.T) {
	for _, lang := range []company.Lang{company.Spanish, company.English} {
		out, _, err := told(t, lang, "/help", "/help clock", "/where", "/who")
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range strings.Split(out, "\n") {
			if columns(line) > defaultWidth {
				t.Errorf("%d columns in %s: %s", columns(line), lang, line)
			}
		}
	}
}

func (*clerk) Complete(context.Context, bot.Completion) ([]bot.Option, error) { return nil, nil }
