package bot_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"sereno/adapters/console"
	"sereno/bot"
	"sereno/bot/company"
	"sereno/bot/config"
	"sereno/bot/oncall"
	"sereno/commands"
	"sereno/internal/stage"
)

// turned is the company with the turns of payments the other way round: luis is on call now.
func turned(c *company.Company) *company.Company {
	next := *c
	next.Schedules = slices.Clone(c.Schedules)
	other := *c.Schedules[0]
	other.Layers = slices.Clone(other.Layers)
	people := slices.Clone(other.Layers[0].Rotation.People)
	slices.Reverse(people)
	other.Layers[0].Rotation.People = people
	next.Schedules[0] = &other
	next.Teams = slices.Clone(c.Teams)
	team := *c.Team("payments")
	team.Schedule = &other
	next.Teams[slices.Index(c.Teams, c.Team("payments"))] = &team
	return &next
}

// toldIn counts the posts of the channel that begin so.
func (w *world) toldIn(channel, begin string) (n int) {
	for _, r := range w.records {
		if r.Kind == bot.Post && r.Channel == channel && strings.HasPrefix(r.Message.Text, begin) {
			n++
		}
	}
	return n
}

func TestAReloadTellsWhomItPutsOnCall(t *testing.T) {
	w := newWorld(t)
	w.say("maria", "acme-support", "", report)
	w.records = nil
	w.must(w.bot.Reload(t.Context(), turned(w.now), "test", nil))
	told := w.directly()
	contains(t, "who comes", told, "luis: Estás de guardia en payments-oncall, hasta lun 30/11 09:00. Antes que vos: Ana.", "1 incidente abierto")
	contains(t, "who goes", told, "ana: Ya no estás de guardia en payments-oncall", "Ahora: Luis")
	if n := w.toldIn("payments-team", "payments-oncall: Ana → Luis"); n != 1 || strings.Contains(told, "sofia") || strings.Contains(told, "tom") {
		t.Errorf("the channel was told %d times; directly:\n%s", n, told)
	}
	w.records = nil
	w.must(w.bot.Reload(t.Context(), turned(w.now), "test", nil))
	if got := w.directly(); got != "" || len(w.said(bot.Post)) > 0 {
		t.Errorf("a reload that changes nothing tells\n%s", got)
	}
	w.wait(4*24*time.Hour + 23*time.Hour) // Monday 09:00
	contains(t, "the next hand-off", w.directly(), "ana: Estás de guardia en payments-oncall, hasta lun 7/12 09:00. Antes que vos: Luis.")
}

func TestTwoReplicasTellOfAReloadOnce(t *testing.T) {
	w := newWorld(t)
	w.must2(w.Settle(t.Context()))
	keys := 0
	other, err := bot.New(bot.Options{
		Company: config.Sample().Company, Store: w.store, Adapters: []bot.Adapter{&phone{}}, Clock: bot.SystemClock{},
		Commands: commands.New(), Articles: silent{}, Keys: func() string { keys++; return "other" + string(rune('a'+keys)) },
	})
	w.must2(err)
	w.records = nil
	next := turned(w.now)
	w.must2(w.bot.Reload(t.Context(), next, "test", nil))
	w.must2(other.Reload(t.Context(), next, "test", nil))
	w.must2(w.Settle(t.Context()))
	if n := w.toldIn("payments-team", "payments-oncall: Ana → Luis"); n != 1 {
		t.Errorf("the channel was told %d times:\n%s", n, transcript(w.records))
	}
}

// replaced is the company in which somebody has another's turns on payments-oncall.
func replaced(c *company.Company, who, by string) *company.Company {
	next := turned(c)
	people := next.Schedules[0].Layers[0].Rotation.People
	slices.Reverse(people)
	people[slices.Index(people, who)] = by
	next.Duties = c.Duties + by
	return next
}

// clockAt is a clock that stands where it is put.
type clockAt struct{ now time.Time }

func (c *clockAt) Now() time.Time { return c.now }

// beside is another replica, which has the document from before.
func (w *world) beside(c bot.Clock) *bot.Bot {
	w.t.Helper()
	keys := 0
	b, err := bot.New(bot.Options{
		Company: w.now, Store: w.store, Adapters: []bot.Adapter{&phone{}}, Clock: c,
		Commands: commands.New(), Articles: silent{}, Keys: func() string { keys++; return "beside" + string(rune('a'+keys)) },
	})
	w.must2(err)
	w.must2(b.Settle(w.t.Context()))
	return b
}

// handedOff is Monday 09:00 in Buenos Aires.
var handedOff = time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)

func TestAHandOffIsToldByTheDocumentThatWasPutInForceLast(t *testing.T) {
	w := newWorld(t)
	w.must2(w.Settle(t.Context()))
	clock := &clockAt{begin}
	other := w.beside(clock)
	next := replaced(w.now, "luis", "diego")
	w.must2(w.bot.Reload(t.Context(), next, "test", nil))
	clock.now = handedOff.Add(10 * time.Millisecond) // a little ahead: it sees the hand-off first
	w.must2(other.Settle(t.Context()))
	w.records = nil
	w.wait(handedOff.Add(5 * time.Second).Sub(w.Now()))
	clock.now = w.Now()
	w.must2(other.Settle(t.Context()))
	w.must2(other.Accept(t.Context(), bot.Event{
		Key: "console:take", Platform: "console", Kind: bot.CommandTyped, At: w.Now(), Channel: "payments-team", User: "ana", Text: "/oncall take payments 2h",
	}))
	w.must2(other.Settle(t.Context()))
	w.wait(10 * time.Second)
	w.must2(other.Reload(t.Context(), next, "test", nil))
	w.must2(w.Settle(t.Context()))
	told := w.directly()
	contains(t, "who comes, and then takes it", told, "diego: Estás de guardia en payments-oncall", "ana: Estás de guardia en payments-oncall")
	if strings.Contains(told, "luis: Estás") || w.toldIn("payments-team", "payments-oncall: Ana → Diego") != 1 || w.toldIn("payments-team", "payments-oncall: ") != 2 {
		t.Errorf("told:\n%s", transcript(w.records))
	}
}

func TestAnOlderDocumentTellsWhenNobodyHasTheNewer(t *testing.T) {
	w := newWorld(t)
	w.must2(w.Settle(t.Context()))
	clock := &clockAt{begin}
	other := w.beside(clock)
	w.must2(w.bot.Reload(t.Context(), replaced(w.now, "luis", "diego"), "test", nil)) // and is gone
	told := func() (out []bot.Told) {
		w.must2(w.store.View(t.Context(), func(tx bot.Tx) (err error) {
			out, err = tx.ToldOnCall(t.Context())
			return err
		}))
		return out
	}
	for _, step := range []struct {
		after time.Duration
		want  string
	}{{0, "ana"}, {30 * time.Second, "ana"}, {59 * time.Second, "ana"}, {61 * time.Second, "luis"}} {
		clock.now = handedOff.Add(step.after)
		w.must2(other.Settle(t.Context()))
		if all := told(); all[0].Schedule != "payments-oncall" || all[0].Person != step.want {
			t.Errorf("%s after the hand-off: %+v, want %s", step.after, all, step.want)
		}
	}
	clock.now = handedOff.Add(7 * 24 * time.Hour)
	w.must2(other.Settle(t.Context()))
	if all := told(); all[0].Person != "ana" {
		t.Errorf("the week after, at once: %+v", all)
	}
}

// again is the same store served by a new process with another configuration.
func (w *world) again(c *company.Company, at time.Time) *world {
	w.t.Helper()
	next := &world{t: w.t, store: w.store, now: c}
	keys := 0
	var err error
	next.Stage, err = stage.New(c, at, func(r console.Record) { next.records = append(next.records, r) }, func(a bot.Adapter, clock bot.Clock) (stage.Player, error) {
		b, err := bot.New(bot.Options{
			Company: c, Store: w.store, Adapters: []bot.Adapter{faulty{a, next}}, Clock: clock, Commands: commands.New(),
			Articles: silent{}, Keys: func() string { keys++; return at.String() + string(rune('a'+keys)) },
		})
		next.bot = b
		return stage.Player{Engine: b}, err
	})
	w.must2(err)
	return next
}

func TestWhatChangedWhileNobodyRanIsToldAtTheStart(t *testing.T) {
	w := newWorld(t)
	w.must2(w.Settle(t.Context()))
	if got := w.directly(); got != "" {
		t.Fatalf("at its first start it tells\n%s", got)
	}
	later := w.again(turned(w.now), begin.Add(time.Minute))
	later.must2(later.Settle(t.Context()))
	contains(t, "who comes", later.directly(), "luis: Estás de guardia en payments-oncall", "Antes que vos: Ana")
	once := w.again(turned(w.now), begin.Add(2*time.Minute))
	once.must2(once.Settle(t.Context()))
	if got := once.directly(); got != "" {
		t.Errorf("the next start tells again\n%s", got)
	}
	gone := *turned(w.now)
	gone.Schedules = gone.Schedules[1:]
	without := *gone.Team("payments")
	without.Schedule, without.Policy = nil, nil
	gone.Teams = slices.Clone(gone.Teams)
	gone.Teams[slices.IndexFunc(gone.Teams, func(t *company.Team) bool { return t.Key == "payments" })] = &without
	last := w.again(&gone, begin.Add(3*time.Minute))
	last.must2(last.Settle(t.Context()))
	contains(t, "a schedule that is no more", last.directly(), "luis: Ya no estás de guardia en payments-oncall")
}

func TestWhatNobodyAcknowledgedGoesOnToWhoComesOnCall(t *testing.T) {
	for name, change := range map[string]func(w *world){
		"by a reload":   func(w *world) { w.must(w.bot.Reload(t.Context(), turned(w.now), "test", nil)) },
		"by a command":  func(w *world) { w.command("luis", "payments-team", "/oncall take payments") },
		"by a vacation": func(w *world) { w.command("ana", "payments-team", "/oncall vacation hoy mañana") },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.say("maria", "acme-support", "", report)
			w.wait(46 * time.Minute)
			if got, want := w.pages(), []string{"13:45:00 ana"}; !slices.Equal(got, want) {
				t.Fatalf("paged %v, want %v", got, want)
			}
			change(w)
			if got, want := w.pages(), []string{"13:46:00 luis"}; !slices.Equal(got, want) {
				t.Errorf("paged %v, want %v", got, want)
			}
			w.wait(10 * time.Minute)
			if got, want := w.pages(), []string{"13:55:00 diego"}; !slices.Equal(got, want) {
				t.Errorf("the policy goes on: paged %v, want %v", got, want)
			}
		})
	}
	t.Run("but not what somebody has", func(t *testing.T) {
		w := newWorld(t)
		w.say("maria", "acme-support", "", report)
		w.wait(46 * time.Minute)
		w.press("ana", "ack", "INC-1")
		w.records = nil
		w.must(w.bot.Reload(t.Context(), turned(w.now), "test", nil))
		if got := w.pages(); len(got) != 0 {
			t.Errorf("paged %v", got)
		}
		w.wait(30 * time.Minute) // the acknowledgement expires at the breach at the latest
		if got := w.pages(); !slices.ContainsFunc(got, func(p string) bool { return strings.HasSuffix(p, "luis") }) {
			t.Errorf("who is on call was never paged: %v", got)
		}
	})
	t.Run("nor what their schedule was not asked for", func(t *testing.T) {
		w := newWorld(t, func(o *bot.Options) {
			o.Company.Team("payments").Policy = &oncall.Policy{Name: "lead", Steps: []oncall.Step{{Targets: person("diego")}}, RepeatAfter: time.Hour}
		})
		w.say("maria", "acme-support", "", report)
		w.wait(46 * time.Minute)
		w.records = nil
		w.must(w.bot.Reload(t.Context(), turned(w.now), "test", nil))
		if got := w.pages(); len(got) != 0 {
			t.Errorf("paged %v", got)
		}
	})
}

// A clock that is set back tells nothing again, and forgets nothing.
func TestAClockThatIsSetBack(t *testing.T) {
	w := newWorld(t)
	w.must2(w.Settle(t.Context()))
	w.say("maria", "acme-support", "", report)
	clock := &clockAt{begin}
	reached := &phone{}
	keys := 0
	serve := func() *bot.Bot {
		keys += 10
		b, err := bot.New(bot.Options{
			Company: w.now, Store: w.store, Adapters: []bot.Adapter{reached}, Clock: clock,
			Commands: commands.New(), Articles: silent{}, Keys: func() string { keys++; return "back" + strconv.Itoa(keys) },
		})
		w.must2(err)
		return b
	}
	b := serve()
	at := func(now time.Time, restart bool) {
		t.Helper()
		if clock.now = now; restart {
			b = serve()
		}
		w.must2(b.Settle(t.Context()))
	}
	pages := func() (n int) {
		for _, p := range w.state("INC-1").Pages {
			if p.To == "ana" {
				n++
			}
		}
		return n
	}
	atRisk := begin.Add(45 * time.Minute)
	at(atRisk, false)
	if n := pages(); n != 1 {
		t.Fatalf("%d pages at the warning", n)
	}
	at(atRisk.Add(-20*time.Minute), false)
	at(atRisk.Add(-20*time.Minute), true)
	at(atRisk.Add(time.Second), true)
	if n := pages(); n != 1 {
		t.Errorf("%d pages after it was set back and went on", n)
	}
	told := func() string {
		var all []bot.Told
		w.must2(w.store.View(t.Context(), func(tx bot.Tx) (err error) {
			all, err = tx.ToldOnCall(t.Context())
			return err
		}))
		return all[0].Person
	}
	for _, step := range []struct {
		by      time.Duration
		restart bool
		want    string
	}{{-time.Second, false, "ana"}, {0, false, "luis"}, {-10 * time.Minute, false, "luis"}, {-10 * time.Minute, true, "luis"}, {time.Second, true, "luis"}, {7 * 24 * time.Hour, false, "ana"}} {
		at(handedOff.Add(step.by), step.restart)
		if got := told(); got != step.want {
			t.Errorf("%s after the hand-off: %s was told, want %s", step.by, got, step.want)
		}
	}
}
