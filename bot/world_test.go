package bot_test

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"
	_ "time/tzdata"

	"sereno/adapters/console"
	"sereno/bot"
	"sereno/bot/company"
	"sereno/bot/config"
	"sereno/bot/kb"
	"sereno/commands"
	"sereno/internal/stage"
	"sereno/store"
)

// world is the sample company on the console, with the real store and a clock
// that the test moves.
type world struct {
	*stage.Stage
	t       tester
	bot     *bot.Bot
	store   *store.Store
	records []console.Record
	forged  int // events that tests made up
	now     *company.Company
	// fail, when set, is asked before each delivery reaches the console.
	fail func(d *bot.Delivery) error
}

// faulty is the console behind a bad line.
type faulty struct {
	bot.Adapter
	w *world
}

func (f faulty) Deliver(ctx context.Context, d *bot.Delivery) (bot.Receipt, error) {
	if f.w.fail != nil {
		if err := f.w.fail(d); err != nil {
			return bot.Receipt{}, err
		}
	}
	return f.Adapter.Deliver(ctx, d)
}

func (f faulty) OpenFile(ctx context.Context, file bot.File) (io.ReadCloser, error) {
	return f.Adapter.(bot.FileSource).OpenFile(ctx, file)
}

// silent knows no article.
type silent struct{}

func (silent) Suggest(kb.Query) []kb.Suggestion { return nil }
func (silent) Search(kb.Query) []kb.Suggestion  { return nil }

// knows answers every question with one article.
type knows struct{ article *kb.Article }

func (k knows) Suggest(kb.Query) []kb.Suggestion {
	return []kb.Suggestion{{Article: k.article, Passage: "Reintente con el mismo identificador.", Confidence: 0.9}}
}

func (k knows) Products() []string { return k.article.Products }

func (k knows) Search(q kb.Query) []kb.Suggestion { return k.Suggest(q) }

// begin is Wednesday 25 November 2026, 10:00 in Buenos Aires: a working day.
var begin = time.Date(2026, 11, 25, 13, 0, 0, 0, time.UTC)

// tester is a *testing.T or a *rapid.T.
type tester interface {
	Helper()
	Context() context.Context
	Cleanup(fn func())
	Error(args ...any)
	Errorf(format string, args ...any)
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

func newWorld(t tester, options ...func(*bot.Options)) *world {
	t.Helper()
	w := &world{t: t}
	s, err := store.Open(t.Context(), "sqlite::memory:")
	if err != nil {
		t.Fatal(err)
	}
	w.store = s
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	c := config.Sample().Company
	w.now = c
	keys := 0
	show := func(r console.Record) { w.records = append(w.records, r) }
	w.Stage, err = stage.New(c, begin, show, func(a bot.Adapter, clock bot.Clock) (stage.Player, error) {
		o := bot.Options{
			Company: c, Store: s, Adapters: []bot.Adapter{faulty{a, w}}, Clock: clock,
			Commands: commands.New(), Articles: silent{},
			Keys: func() string { keys++; return fmt.Sprintf("k%d", keys) },
		}
		for _, set := range options {
			set(&o)
		}
		b, err := bot.New(o)
		w.bot = b
		return stage.Player{Engine: b}, err
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
	w.must2(w.Settle(w.t.Context()))
}

func (w *world) must2(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// say lets somebody write and answers the message's id.
func (w *world) say(user, channel, thread, words string) string {
	w.t.Helper()
	id, err := w.Say(w.t.Context(), user, console.Place{Channel: channel, Thread: thread}, words)
	w.must(err)
	return id
}

func (w *world) command(user, channel, line string) {
	w.t.Helper()
	w.must(w.Command(w.t.Context(), user, console.Place{Channel: channel}, line))
}

// press presses the button on the newest message that carries it for the user.
func (w *world) press(user, button, incident string) {
	w.t.Helper()
	id, err := w.FindButton(user, button, incident)
	w.must2(err)
	w.must(w.Press(w.t.Context(), user, id, button))
}

// wait moves the clock.
func (w *world) wait(d time.Duration) {
	w.t.Helper()
	w.must2(w.Advance(w.t.Context(), w.Now().Add(d)))
}

// said are the records of the kind since the test last asked, and forgets the rest.
func (w *world) said(kind bot.DeliveryKind) []console.Record {
	var out []console.Record
	for _, r := range w.records {
		if r.Kind == kind {
			out = append(out, r)
		}
	}
	w.records = nil
	return out
}

// one is the only record of the kind since the test last asked.
func (w *world) one(kind bot.DeliveryKind) console.Record {
	w.t.Helper()
	all := w.records
	got := w.said(kind)
	if len(got) != 1 {
		w.t.Fatalf("%d of kind %s:\n%s", len(got), kind, transcript(all))
	}
	return got[0]
}

func transcript(records []console.Record) string {
	var b strings.Builder
	for _, r := range records {
		fmt.Fprintf(&b, "%s %s %s%s thread=%s to=%s: %s\n", r.At.Format(time.TimeOnly), r.ID, r.Kind, r.Channel, r.Thread, r.To, r.Message.Plain())
	}
	return b.String()
}

// state is one incident as `--state` shows it.
func (w *world) state(id string) bot.IncidentState {
	w.t.Helper()
	s, err := w.bot.State(w.t.Context())
	w.must2(err)
	for _, inc := range s.Incidents {
		if inc.ID == id {
			return inc
		}
	}
	w.t.Fatalf("no %s in %+v", id, s.Incidents)
	return bot.IncidentState{}
}

func (w *world) count() int {
	w.t.Helper()
	s, err := w.bot.State(w.t.Context())
	w.must2(err)
	return len(s.Incidents)
}

func clock(s bot.IncidentState, name string) bot.ClockState {
	var last bot.ClockState
	for _, c := range s.Clocks {
		if c.Name == name {
			last = c
		}
	}
	return last
}

func placeOf(channel string) console.Place { return console.Place{Channel: channel} }

func increment(number string) string {
	var n int
	if _, err := fmt.Sscan(number, &n); err != nil {
		panic(err)
	}
	return fmt.Sprint(n + 1)
}
