package console

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sereno/bot"
	"sereno/bot/company"
)

// heard is an inbox that remembers what it accepted, or refuses all of it.
type heard struct {
	events   []bot.Event
	err      error
	caughtUp []string
}

func (h *heard) Accept(_ context.Context, e bot.Event) error {
	if h.err != nil {
		return h.err
	}
	h.events = append(h.events, e)
	return nil
}
func (h *heard) Cursor(context.Context, string, string) (string, error) { return "", nil }
func (h *heard) Threads(context.Context, string, string) ([]bot.ThreadCursor, error) {
	return nil, nil
}
func (h *heard) Channels(string) []string { return nil }
func (h *heard) CaughtUp(p string)        { h.caughtUp = append(h.caughtUp, p) }
func (h *heard) Refused(string, string)   {}

type stopped time.Time

func (s stopped) Now() time.Time { return time.Time(s) }

var ten = time.Date(2026, 11, 25, 13, 0, 0, 0, time.UTC)

// house is a platform with a customer's contact, an agent and both channels.
type house struct {
	*Platform
	heard   *heard
	records []Record
}

func small() *company.Company {
	id := func(s string) map[string]string { return map[string]string{Name: s} }
	acme := &company.Customer{Key: "acme", Channels: []company.ChannelID{{Platform: Name, ID: "acme-support"}}}
	maria := &company.Person{Key: "maria", Identities: id("maria"), Customer: acme}
	luis := &company.Person{Key: "luis", Identities: id("luis"), Roles: []company.Role{company.Agent}}
	team := &company.Team{Key: "payments", Channels: []company.ChannelID{{Platform: Name, ID: "payments-team"}}, Agents: []*company.Person{luis}}
	acme.Team, acme.Contacts = team, []*company.Person{maria}
	return &company.Company{
		Customers: []*company.Customer{acme}, Teams: []*company.Team{team},
		People: []*company.Person{maria, luis},
	}
}

func open(t *testing.T) *house {
	t.Helper()
	h := &house{heard: &heard{}}
	h.Platform = New(small(), stopped(ten), func(r Record) { h.records = append(h.records, r) })
	h.Connect(h.heard)
	return h
}

func (h *house) say(t *testing.T, user string, at Place, text string) string {
	t.Helper()
	id, err := h.Say(t.Context(), user, at, text)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func (h *house) deliver(t *testing.T, d bot.Delivery) string {
	t.Helper()
	r, err := h.Deliver(t.Context(), &d)
	if err != nil {
		t.Fatal(err)
	}
	return r.Message
}

func TestOfSeveralButtonsWithOneIDEachHasAName(t *testing.T) {
	all := []bot.Button{{ID: "show", Value: "a"}, {ID: "send", Value: "a"}, {ID: "show", Value: "b"}}
	if got := ButtonNames(all); !slices.Equal(got, []string{"show", "send", "show#2"}) {
		t.Errorf("named %v", got)
	}
}

func TestWhatPeopleDoBecomesEvents(t *testing.T) {
	support := Place{Channel: "acme-support"}
	tests := []struct {
		what string
		do   func(*house) error
		want bot.Event
	}{
		{"a message in a channel", func(h *house) error {
			_, err := h.Say(t.Context(), "maria", support, "hola")
			return err
		}, bot.Event{Kind: bot.MessagePosted, Channel: "acme-support", Message: "m2", User: "maria", Text: "hola"}},
		{"a reply in a thread", func(h *house) error {
			_, err := h.Say(t.Context(), "luis", Place{"acme-support", "m1"}, "voy")
			return err
		}, bot.Event{Kind: bot.MessagePosted, Channel: "acme-support", Thread: "m1", Message: "m2", User: "luis", Text: "voy"}},
		{"a reply that names only the thread", func(h *house) error {
			_, err := h.Say(t.Context(), "luis", Place{Thread: "m1"}, "voy")
			return err
		}, bot.Event{Kind: bot.MessagePosted, Channel: "acme-support", Thread: "m1", Message: "m2", User: "luis", Text: "voy"}},
		{"a direct message to the bot", func(h *house) error {
			_, err := h.Say(t.Context(), "luis", Place{}, "hola")
			return err
		}, bot.Event{Kind: bot.MessagePosted, Channel: "@luis", Direct: true, Message: "m2", User: "luis", Text: "hola"}},
		{"a mention of the bot is taken out of the text", func(h *house) error {
			_, err := h.Say(t.Context(), "luis", support, "@Sereno, take INC-1")
			return err
		}, bot.Event{Kind: bot.MessagePosted, Channel: "acme-support", Message: "m2", User: "luis", Text: "take INC-1", Mentioned: true}},
		{"somebody whose name begins like the bot's is not the bot", func(h *house) error {
			_, err := h.Say(t.Context(), "luis", support, "@serenos take")
			return err
		}, bot.Event{Kind: bot.MessagePosted, Channel: "acme-support", Message: "m2", User: "luis", Text: "@serenos take"}},
		{"a command in a thread", func(h *house) error {
			return h.Command(t.Context(), "luis", Place{"acme-support", "m1"}, "/incident take")
		}, bot.Event{Kind: bot.CommandTyped, Channel: "acme-support", Thread: "m1", User: "luis", Text: "/incident take"}},
		{"a reaction, with or without colons", func(h *house) error {
			return h.React(t.Context(), "luis", "m1", ":ticket:")
		}, bot.Event{Kind: bot.Reacted, Channel: "acme-support", Message: "m1", User: "luis", Reaction: "ticket"}},
		{"an edit by whoever wrote it", func(h *house) error {
			return h.Edit(t.Context(), "", "m1", "otra cosa")
		}, bot.Event{Kind: bot.MessageEdited, Channel: "acme-support", Message: "m1", User: "maria", Text: "otra cosa"}},
		{"a deletion", func(h *house) error {
			return h.Delete(t.Context(), "maria", "m1")
		}, bot.Event{Kind: bot.MessageDeleted, Channel: "acme-support", Message: "m1", User: "maria"}},
		{"the message action", func(h *house) error {
			return h.OpenIncident(t.Context(), "luis", "m1")
		}, bot.Event{Kind: bot.OpenAsked, Channel: "acme-support", Message: "m1", User: "luis", Text: "buen día"}},
	}
	for _, tt := range tests {
		t.Run(tt.what, func(t *testing.T) {
			h := open(t)
			h.say(t, "maria", support, "buen día")
			if err := tt.do(h); err != nil {
				t.Fatal(err)
			}
			got := h.heard.events[1]
			if got.Key == "" || got.Key == h.heard.events[0].Key || !got.At.Equal(ten) || got.Trigger == "" {
				t.Errorf("key %q, at %s, trigger %q", got.Key, got.At, got.Trigger)
			}
			tt.want.Key, tt.want.At, tt.want.Trigger = got.Key, got.At, got.Trigger
			tt.want.Platform, tt.want.UserName = Name, tt.want.User
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("event (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAMessageThatWasNotAcceptedIsNotThere(t *testing.T) {
	h := open(t)
	h.heard.err = errors.New("disk full")
	if _, err := h.Say(t.Context(), "maria", Place{Channel: "acme-support"}, "hola"); err == nil {
		t.Fatal("the failure was swallowed")
	}
	if got := h.Messages("acme-support", "maria"); len(got) != 0 {
		t.Errorf("messages: %v", got)
	}
}

func TestDeliveriesAreNumberedKeptAndHandedToTheSink(t *testing.T) {
	h := open(t)
	h.say(t, "maria", Place{Channel: "acme-support"}, "no anda")
	receipt := bot.Delivery{Key: "k1", Kind: bot.Post, Channel: "acme-support", Thread: bot.Ref{Message: "m1"}, Incident: "INC-1", Message: bot.Message{Text: "recibido"}}
	if id := h.deliver(t, receipt); id != "m2" {
		t.Fatalf("id %q", id)
	}
	if id := h.deliver(t, receipt); id != "m2" {
		t.Errorf("a repeated key became %q", id)
	}
	page := bot.Delivery{
		Key: "k2", Kind: bot.Page, User: "luis", Incident: "INC-1", Clock: "first_response", Reason: "at_risk", Due: ten.Add(time.Hour),
		Message: bot.Message{Text: "vence", Buttons: []bot.Button{{ID: "ack", Value: "INC-1"}}},
	}
	h.deliver(t, page)
	h.deliver(t, bot.Delivery{Key: "k3", Kind: bot.Refused, Channel: "acme-support", User: "maria", Message: bot.Message{Text: "no"}})
	h.deliver(t, bot.Delivery{Key: "k4", Kind: bot.Update, Channel: "@luis", Target: bot.Ref{Message: "m3"}, Message: bot.Message{Text: "atendido"}})
	want := []Record{
		{ID: "m2", At: ten, Kind: bot.Post, Channel: "acme-support", Thread: "m1", Incident: "INC-1", Message: receipt.Message},
		{ID: "m3", At: ten, Kind: bot.Page, To: "luis", Incident: "INC-1", Clock: "first_response", Reason: "at_risk", Due: page.Due, Message: page.Message},
		{ID: "m4", At: ten, Kind: bot.Refused, Channel: "acme-support", To: "maria", Message: bot.Message{Text: "no"}},
		{ID: "m3", At: ten, Kind: bot.Update, To: "luis", Incident: "INC-1", Message: bot.Message{Text: "atendido"}},
	}
	if diff := cmp.Diff(want, h.records); diff != "" {
		t.Errorf("records (-want +got):\n%s", diff)
	}
	if got := h.Messages("acme-support", "luis"); len(got) != 2 {
		t.Errorf("luis sees what is for maria alone: %v", got)
	}
}

func TestWhatCannotBeDeliveredIsRefusedForGood(t *testing.T) {
	for what, d := range map[string]bot.Delivery{
		"to nobody":           {Kind: bot.Post},
		"an unknown channel":  {Kind: bot.Post, Channel: "nowhere"},
		"an unknown person":   {Kind: bot.Page, User: "ghost"},
		"an unknown thread":   {Kind: bot.Post, Channel: "acme-support", Thread: bot.Ref{Message: "m9"}},
		"an unknown target":   {Kind: bot.Update, Target: bot.Ref{Message: "m9"}},
		"a form without form": {Kind: bot.OpenForm, User: "luis"},
	} {
		t.Run(what, func(t *testing.T) {
			_, err := open(t).Deliver(t.Context(), &d)
			var de *bot.DeliveryError
			if !errors.As(err, &de) || !de.Permanent || !de.NotSent {
				t.Errorf("error %v", err)
			}
		})
	}
}

func TestAPressFindsTheNewestMessageThatCarriesTheButton(t *testing.T) {
	h := open(t)
	buttons := func(value string, ids ...string) bot.Message {
		m := bot.Message{}
		for _, id := range ids {
			m.Buttons = append(m.Buttons, bot.Button{ID: id, Value: value})
		}
		return m
	}
	h.deliver(t, bot.Delivery{Kind: bot.Post, Channel: "payments-team", Incident: "INC-1", Message: buttons("INC-1", "take", "escalate")}) // m1
	h.deliver(t, bot.Delivery{Kind: bot.Page, User: "luis", Incident: "INC-2", Message: buttons("INC-2", "ack")})                          // m2
	h.deliver(t, bot.Delivery{Kind: bot.Post, Channel: "payments-team", Incident: "INC-2", Message: buttons("INC-2", "take")})             // m3
	h.deliver(t, bot.Delivery{Kind: bot.Post, Channel: "acme-support", Incident: "INC-1", Message: buttons("INC-1:4", "take")})            // m4
	for _, tt := range []struct{ what, user, button, incident, want, problem string }{
		{"the newest", "luis", "take", "", "m4", ""},
		{"that of an incident", "luis", "take", "inc-2", "m3", ""},
		{"one's own page", "luis", "ack", "", "m2", ""},
		{"a customer's own channel comes first", "maria", "take", "", "m4", ""},
		{"another's page cannot be pressed", "maria", "ack", "", "", "no button \"ack\"; buttons to press: take"},
		{"a slip gets the nearest", "luis", "tkae", "", "", "did you mean \"take\"?"},
		{"an unknown person", "luisa", "take", "", "", "did you mean \"luis\"?"},
	} {
		t.Run(tt.what, func(t *testing.T) {
			got, err := h.FindButton(tt.user, tt.button, tt.incident)
			if got != tt.want || (err == nil) != (tt.problem == "") || err != nil && !strings.Contains(err.Error(), tt.problem) {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
	if err := h.Press(t.Context(), "luis", "m3", "take"); err != nil {
		t.Fatal(err)
	}
	if e := h.heard.events[0]; e.Button != "take" || e.Value != "INC-2" || e.Message != "m3" || e.Channel != "payments-team" {
		t.Errorf("event %+v", e)
	}
	err := h.Press(t.Context(), "luis", "m3", "escalate")
	if err == nil || !strings.Contains(err.Error(), "on m3; buttons there: take") {
		t.Errorf("a button that an edit took away: %v", err)
	}
}

func TestAnIncidentNamesItsThread(t *testing.T) {
	h := open(t)
	h.say(t, "maria", Place{Channel: "acme-support"}, "no anda")                                                                                       // m1
	h.deliver(t, bot.Delivery{Kind: bot.Post, Channel: "acme-support", Thread: bot.Ref{Message: "m1"}, Incident: "INC-1", Purpose: "receipt"})         // m2
	h.deliver(t, bot.Delivery{Kind: bot.Post, Channel: "payments-team", Incident: "INC-1", Purpose: "card"})                                           // m3
	h.deliver(t, bot.Delivery{Kind: bot.Post, Channel: "payments-team", Thread: bot.Ref{Message: "m3"}, Incident: "INC-1", Purpose: "customer_wrote"}) // m4
	thread := func(channel, id string) string { got, _ := h.Thread(channel, "luis", id); return got }
	if got := thread("acme-support", "INC-1"); got != "m1" {
		t.Errorf("in the customer's channel: %q", got)
	}
	if got := thread("payments-team", "inc1"); got != "m3" {
		t.Errorf("in the team's channel: %q", got)
	}
	if got := thread("payments-team", "m4"); got != "m3" {
		t.Errorf("a reply stands in its root's thread: %q", got)
	}
	h.deliver(t, bot.Delivery{Kind: bot.Post, Channel: "payments-team", Incident: "INC-1", Purpose: "rca"}) // m5
	if got := thread("payments-team", "INC-1"); got != "m5" {
		t.Errorf("with an analysis running: %q", got)
	}
	for _, id := range []string{"INC-2", "m99", "m1"} {
		if _, err := h.Thread("payments-team", "luis", id); err == nil {
			t.Errorf("%s is no thread of the team's channel", id)
		}
	}
}

func TestAFormIsFilledAndSentOnce(t *testing.T) {
	h := open(t)
	form := &bot.Form{ID: "resolve", Value: "INC-1", Inputs: []bot.Input{
		{Name: "what"},
		{Name: "note", Optional: true},
		{Name: "severity", Value: "high", Options: []bot.Option{{Value: "high"}, {Value: "low"}}},
	}}
	h.deliver(t, bot.Delivery{Kind: bot.OpenForm, User: "luis", Incident: "INC-1", Form: form})
	for _, tt := range []struct {
		what, form string
		fields     map[string]string
		problem    string
	}{
		{"not the one that is open", "resolv", nil, `did you mean "resolve"?`},
		{"a needed field is missing", "resolve", nil, `needs the field "what"`},
		{"an unknown field", "resolve", map[string]string{"what": "x", "nota": "y"}, `did you mean "note"?`},
		{"no such choice", "resolve", map[string]string{"what": "x", "severity": "worse"}, "choices: high, low"},
	} {
		t.Run(tt.what, func(t *testing.T) {
			err := h.Submit(t.Context(), "luis", tt.form, "", tt.fields)
			if err == nil || !strings.Contains(err.Error(), tt.problem) {
				t.Errorf("got %v", err)
			}
		})
	}
	if err := h.Submit(t.Context(), "luis", "resolve", "INC-1", map[string]string{"what": "reinicio"}); err != nil {
		t.Fatal(err)
	}
	e := h.heard.events[0]
	if e.Kind != bot.FormSent || e.Value != "INC-1" || e.Fields["what"] != "reinicio" || e.Fields["severity"] != "high" {
		t.Errorf("event %+v", e)
	}
	if err := h.Submit(t.Context(), "luis", "resolve", "", map[string]string{"what": "otra"}); err == nil {
		t.Error("a form was sent twice")
	}
}

func TestPeopleChangeOnlyTheirOwnMessages(t *testing.T) {
	h := open(t)
	h.say(t, "maria", Place{Channel: "acme-support"}, "hola")
	h.deliver(t, bot.Delivery{Kind: bot.Post, Channel: "acme-support"})
	h.deliver(t, bot.Delivery{Kind: bot.Direct, User: "luis"})
	for what, err := range map[string]error{
		"another's":              h.Edit(t.Context(), "luis", "m1", "x"),
		"the bot's":              h.Delete(t.Context(), "luis", "m2"),
		"the bot's, by nobody":   h.Delete(t.Context(), "", "m2"),
		"what one does not see":  h.React(t.Context(), "maria", "m3", "eyes"),
		"another's conversation": h.Command(t.Context(), "maria", Place{Channel: "@luis"}, "/incident"),
	} {
		var p *Problem
		if !errors.As(err, &p) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestRunConnectsAndEndsWithItsContext(t *testing.T) {
	h := &heard{}
	p := New(small(), stopped(ten), func(Record) {})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- p.Run(ctx, h) }()
	<-p.Connected()
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{Name}, h.caughtUp); diff != "" {
		t.Error(diff)
	}
}

func TestACompanyOfAnotherPlatformIsKnownByKeysAndChannelIDs(t *testing.T) {
	c := small()
	c.Customers[0].Channels = []company.ChannelID{{Platform: "slack", ID: "C0ACME"}}
	c.Teams[0].Channels = append(c.Teams[0].Channels, company.ChannelID{Platform: "slack", ID: "C0PAY"})
	c.People[0].Identities = map[string]string{"slack": "U1"}
	c.Teams[0].Lead = c.People[1]
	got := OnConsole(c)
	if diff := cmp.Diff([]string{"C0ACME", "payments-team"}, Channels(got)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"maria", "luis"}, People(got)); diff != "" {
		t.Error(diff)
	}
	x := got.Customers[0]
	if x.Contacts[0] != got.People[0] || x.Contacts[0].Customer != x || x.Team != got.Teams[0] || x.Team.Lead != got.People[1] {
		t.Error("the derived company is not connected within itself")
	}
	if c.People[0].Identities[Name] != "" || len(c.Teams[0].Channels) != 2 {
		t.Error("the company given was changed")
	}
}

func TestNearest(t *testing.T) {
	names := []string{"acme-support", "payments-team", "luis", "quality"}
	for in, want := range map[string]string{
		"acme-suport": "acme-support", "Luis": "luis", "lius": "luis", "pay": "payments-team", "xyz": "", "": "", "l": "",
	} {
		if got := Nearest(in, names); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", in, got, want)
		}
	}
}

func (*heard) Complete(context.Context, bot.Completion) ([]bot.Option, error) { return nil, nil }
