package replay

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"sereno/adapters/console"
	"sereno/bot"
	"sereno/bot/company"
	"sereno/internal/stage"
)

// parrot is a bot that repeats what it hears, puts a button under it, opens a
// form on a press, and pages luis an hour after each message.
type parrot struct {
	adapter bot.Adapter
	clock   bot.Clock
	heard   []bot.Event
	timers  []time.Time
	keys    int
	closed  bool
}

func (p *parrot) Accept(_ context.Context, e bot.Event) error {
	p.heard = append(p.heard, e)
	return nil
}
func (p *parrot) Cursor(context.Context, string, string) (string, error) { return "", nil }
func (p *parrot) Threads(context.Context, string, string) ([]bot.ThreadCursor, error) {
	return nil, nil
}
func (p *parrot) Channels(string) []string { return nil }
func (p *parrot) CaughtUp(string)          {}
func (p *parrot) Refused(string, string)   {}

func (p *parrot) Settle(ctx context.Context) error {
	for len(p.heard) > 0 {
		e := p.heard[0]
		p.heard = p.heard[1:]
		if err := p.answer(ctx, e); err != nil {
			return err
		}
	}
	for len(p.timers) > 0 && !p.timers[0].After(p.clock.Now()) {
		due := p.timers[0]
		p.timers = p.timers[1:]
		if err := p.say(ctx, bot.Delivery{
			Kind: bot.Page, User: "luis", Incident: "INC-1", Clock: "first_response", Reason: "at_risk", Due: due,
			Message: bot.Message{Text: "vence <ya> & pronto", Buttons: []bot.Button{{ID: "ack", Value: "INC-1"}}},
		}); err != nil {
			return err
		}
	}
	return nil
}

func (p *parrot) answer(ctx context.Context, e bot.Event) error {
	switch e.Kind {
	case bot.MessagePosted:
		p.timers = append(p.timers, e.At.Add(time.Hour))
		slices.SortFunc(p.timers, time.Time.Compare)
		d := bot.Delivery{Kind: bot.Post, Channel: e.Channel, Thread: bot.Ref{Message: e.Message}, Incident: "INC-1"}
		d.Message = bot.Message{
			Title: "Recibido", Quote: e.Text, Mentions: []string{"maria"}, Footer: "gracias",
			Fields: []bot.Field{{Label: "Severidad", Value: "alta"}}, Items: []bot.Item{{Title: "Artículo", Body: "cuerpo"}},
			Buttons: []bot.Button{{ID: "solved", Value: "INC-1"}, {ID: "still_need_help", Value: "INC-1"}},
		}
		return p.say(ctx, d)
	case bot.ButtonPressed:
		return p.say(ctx, bot.Delivery{Kind: bot.OpenForm, User: e.User, Incident: e.Value, Form: &bot.Form{
			ID: "rate", Title: "Nota", Value: e.Value, Inputs: []bot.Input{{Name: "stars", Options: []bot.Option{{Value: "1"}, {Value: "5"}}}},
		}})
	case bot.FormSent:
		return p.say(ctx, bot.Delivery{Kind: bot.Direct, User: e.User, Message: bot.Message{Text: "nota " + e.Fields["stars"]}})
	case bot.MessageEdited:
		return p.say(ctx, bot.Delivery{Kind: bot.Update, Target: bot.Ref{Message: "m2"}, Message: bot.Message{Text: "ahora: " + e.Text}})
	}
	return p.say(ctx, bot.Delivery{Kind: bot.Refused, Channel: e.Channel, User: e.User, Message: bot.Message{Text: string(e.Kind)}})
}

func (p *parrot) say(ctx context.Context, d bot.Delivery) error {
	p.keys++
	d.Key = fmt.Sprint(p.keys)
	_, err := p.adapter.Deliver(ctx, &d)
	return err
}

func (p *parrot) NextTimer(context.Context) (time.Time, bool, error) {
	for _, t := range p.timers {
		if t.After(p.clock.Now()) {
			return t, true, nil
		}
	}
	return time.Time{}, false, nil
}

func theatre(p *parrot) Open {
	person := func(name string) *company.Person {
		return &company.Person{Key: name, Identities: map[string]string{console.Name: name}}
	}
	c := &company.Company{
		People:    []*company.Person{person("maria"), person("luis")},
		Customers: []*company.Customer{{Key: "acme", Channels: []company.ChannelID{{Platform: console.Name, ID: "acme-support"}}}},
	}
	return func(start time.Time, show func(console.Record)) (*stage.Stage, error) {
		return stage.New(c, start, show, func(a bot.Adapter, clock bot.Clock) (stage.Player, error) {
			p.adapter, p.clock = a, clock
			return stage.Player{
				Engine: p,
				State:  func(context.Context) (any, error) { return map[string]any{"kind": "state", "at": clock.Now()}, nil },
				Close:  func() error { p.closed = true; return nil },
			}, nil
		})
	}
}

func play(t *testing.T, in string, o Options) (string, error) {
	t.Helper()
	var out bytes.Buffer
	p := &parrot{}
	err := Run(t.Context(), strings.NewReader(in), &out, theatre(p), o)
	if p.adapter != nil && !p.closed {
		t.Error("the stage was left open")
	}
	return out.String(), err
}

const hello = `{"at":"2026-11-25T10:00:00-03:00","channel":"acme-support","user":"maria","text":"hola"}` + "\n"

func TestAStoryIsPlayedInOrder(t *testing.T) {
	in := "\xef\xbb\xbf" + hello + "\r\n" +
		`{"at":"2026-11-25T10:30:00-03:00","user":"maria","press":"solved","incident":"INC-1"}` + "\r\n" +
		`{"user":"maria","form":"rate","fields":{"stars":5}}` + "\n" +
		`{"edit":"m1","text":"chau"}` + "\n" +
		`{"at":"2026-11-25T11:00:00-03:00","user":"luis","press":"ack"}` + "\n" +
		`{"at":"2026-11-25T12:00:00-03:00"}`
	want := `{"at":"2026-11-25T13:00:00Z","id":"m2","kind":"post","channel":"acme-support","thread":"m1","incident":"INC-1","text":"@maria Recibido\n> hola\nSeveridad: alta\n• Artículo\ncuerpo\ngracias","buttons":["solved","still_need_help"]}
{"at":"2026-11-25T13:30:00Z","id":"m3","kind":"form","to":"maria","incident":"INC-1","form":"rate","title":"Nota","fields":[{"name":"stars","options":["1","5"]}]}
{"at":"2026-11-25T13:30:00Z","id":"m4","kind":"direct","to":"maria","text":"nota 5"}
{"at":"2026-11-25T13:30:00Z","id":"m2","kind":"update","channel":"acme-support","thread":"m1","incident":"INC-1","text":"ahora: chau"}
{"at":"2026-11-25T14:00:00Z","id":"m5","kind":"page","to":"luis","incident":"INC-1","clock":"first_response","reason":"at_risk","due":"2026-11-25T14:00:00Z","text":"vence <ya> & pronto","buttons":["ack"]}
{"at":"2026-11-25T14:00:00Z","id":"m6","kind":"form","to":"luis","incident":"INC-1","form":"rate","title":"Nota","fields":[{"name":"stars","options":["1","5"]}]}
{"kind":"state","at":"2026-11-25T15:00:00Z"}
`
	// encoding/json sorts the fake state's keys.
	want = strings.Replace(want, `{"kind":"state","at":"2026-11-25T15:00:00Z"}`, `{"at":"2026-11-25T15:00:00Z","kind":"state"}`, 1)
	got, err := play(t, in, Options{State: true})
	if err != nil {
		t.Fatal(err)
	}
	if got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

func TestWhatFallsDueOnTheWayHappensAtItsOwnInstant(t *testing.T) {
	in := hello + `{"at":"2026-11-25T10:20:00-03:00","channel":"acme-support","user":"maria","text":"sigo"}
{"at":"2026-11-25T20:00:00-03:00"}`
	got, err := play(t, in, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var at []string
	for line := range strings.Lines(got) {
		at = append(at, line[7:27])
	}
	want := []string{"2026-11-25T13:00:00Z", "2026-11-25T13:20:00Z", "2026-11-25T14:00:00Z", "2026-11-25T14:20:00Z"}
	if !slices.Equal(at, want) {
		t.Errorf("got %v", at)
	}
}

func TestALineThatCannotBeTakenIsNamedWithWhatToWriteInstead(t *testing.T) {
	tests := []struct{ what, line, want string }{
		{"no JSON", `hola`, `line 2: not JSON`},
		{"half an object", `{"user":"maria"`, `line 2: not JSON: the line ends too early`},
		{"not an object", `[1]`, `not a JSON object; write one object a line`},
		{"two objects", `{"user":"maria","text":"a"} {}`, `something follows the object`},
		{"an unknown field", `{"usr":"maria","text":"a"}`, `unknown field "usr"; did you mean "user"?`},
		{"a field like no other", `{"zzzzzz":"maria"}`, `unknown field "zzzzzz"; the fields are at, channel`},
		{"a field twice", `{"user":"maria","user":"luis"}`, `field "user" is given twice`},
		{"a number for a name", `{"user":5,"text":"a"}`, `field "user" is not text; write it in quotes`},
		{"an empty field", `{"user":"maria","text":" "}`, `field "text" is empty`},
		{"a date without an hour", `{"at":"2026-11-25"}`, `"2026-11-25" is no instant with its offset; write it as "2026-11-25T10:00:00-03:00"`},
		{"an instant that is past", `{"at":"2026-11-25T09:00:00-03:00"}`, `2026-11-25T12:00:00Z is earlier than the clock, which is at 2026-11-25T13:00:00Z`},
		{"nothing done", `{"user":"maria"}`, `"user" says where or who, but not what is done`},
		{"an empty object", `{}`, `an empty object`},
		{"two things done", `{"user":"maria","text":"a","press":"solved"}`, `"press" and "text" on one line`},
		{"nobody does it", `{"text":"a"}`, `"text" needs "user" too`},
		{"what does not go together", `{"user":"maria","text":"a","to":"m1"}`, `"to" does not go with "text"; it takes at, user, channel, thread`},
		{"a command without a slash", `{"user":"maria","command":"incident list"}`, `write "/incident list"`},
		{"an unknown person", `{"channel":"acme-support","user":"mariah","text":"a"}`, `nobody is called "mariah"; did you mean "maria"?`},
		{"an unknown channel", `{"channel":"acme-suport","user":"maria","text":"a"}`, `did you mean "acme-support"?`},
		{"an unknown message", `{"user":"maria","react":"ticket","to":"m9"}`, `no message "m9"; messages so far: m1, m2`},
		{"an unknown thread", `{"channel":"acme-support","user":"maria","thread":"INC-9","text":"a"}`, `no thread "INC-9" in acme-support`},
		{"a message of another channel", `{"channel":"@maria","user":"maria","react":"ticket","to":"m1"}`, `message m1 is in acme-support`},
		{"a button that is not there", `{"user":"maria","press":"take"}`, `no button "take"; buttons to press: solved, still_need_help`},
		{"a button that is not on it", `{"user":"maria","press":"take","to":"m2"}`, `no button "take" on m2; buttons there: solved, still_need_help`},
		{"a form that was not opened", `{"user":"maria","form":"rate"}`, `no form "rate" is open for maria; open forms: none`},
		{"fields that are no object", `{"user":"maria","form":"rate","fields":"x"}`, `field "fields" is no object`},
		{"fields of fields", `{"user":"maria","form":"rate","fields":{"a":{}}}`, `field "a" of the form is not text`},
		{"an edit of another's", `{"edit":"m2","text":"x"}`, `no message "m2"`},
		{"too long", `{"text":"` + strings.Repeat("a", MaxLine) + `"}`, `line 2: longer than 1 MiB`},
	}
	for _, tt := range tests {
		t.Run(tt.what, func(t *testing.T) {
			_, err := play(t, hello+tt.line+"\n", Options{})
			var le *LineError
			if !errors.As(err, &le) || le.Line != 2 || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v\nwant %s", err, tt.want)
			}
		})
	}
}

func TestTheFirstLineSaysWhenItIs(t *testing.T) {
	for what, in := range map[string]string{"no instant": `{"user":"maria","text":"a"}`, "an empty file": "", "blank lines": "\n\n"} {
		_, err := play(t, in, Options{State: true})
		var le *LineError
		if !errors.As(err, &le) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestWhatIsNotTheFilesFaultIsNoLineError(t *testing.T) {
	broken := errors.New("pipe closed")
	err := Run(t.Context(), strings.NewReader(hello), failing{broken}, theatre(&parrot{}), Options{})
	var le *LineError
	if !errors.Is(err, broken) || errors.As(err, &le) {
		t.Errorf("got %v", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func FuzzParse(f *testing.F) {
	f.Add([]byte(strings.TrimSpace(hello)))
	f.Add([]byte(`{"user":"ana","form":"rate","fields":{"a":"b","c":1}}`))
	f.Add([]byte(`{"edit":"m1","text":"x","at":"2026-11-25T10:00:00Z"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := parse(data)
		if err == nil && s.does == "" && s.at.IsZero() {
			t.Errorf("%q was taken and does nothing", data)
		}
	})
}

func (*parrot) Complete(context.Context, bot.Completion) ([]bot.Option, error) { return nil, nil }
