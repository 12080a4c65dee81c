package crash

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"sereno/adapters/slack/slacktest"
)

// deed is one thing that a person did, and what Slack handed over because of it.
type deed struct {
	kind    kind
	channel string
	ts      string // of the message
	thread  string // its root, "" outside threads
	text    string // unique
	id      string // the incident that a command or a press names
	handed  []*slacktest.Envelope
	trace   string // what became of its event, once that is looked up
}

type kind string

const (
	request  kind = "requests"
	chat     kind = "small talk"
	more     kind = "customers' answers in threads"
	reply    kind = "agents' answers in threads"
	note     kind = "notes under cards"
	edit     kind = "edits"
	take     kind = "presses of Take"
	escalate kind = "presses of Escalate"
	command  kind = "notes by command"
	other    kind = "other commands"
)

// acknowledged reports whether the program ever said that it has it.
func (d *deed) acknowledged() bool {
	for _, e := range d.handed {
		select {
		case <-e.Acked:
			return true
		default:
		}
	}
	return false
}

// ledger remembers everything that people did.
type ledger struct {
	mu    sync.Mutex
	deeds []*deed
	again int // repetitions of what was handed over before
}

func (l *ledger) add(d *deed) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.deeds = append(l.deeds, d)
}

// all lists the deeds; nobody acts any more.
func (l *ledger) all() []*deed {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.deeds
}

// recent picks one of the newest that fit, nil when none does.
func (l *ledger) recent(rng *rand.Rand, fits func(*deed) bool) *deed {
	l.mu.Lock()
	defer l.mu.Unlock()
	var found []*deed
	for i := len(l.deeds) - 1; i >= 0 && len(found) < 12; i-- {
		if fits(l.deeds[i]) {
			found = append(found, l.deeds[i])
		}
	}
	if len(found) == 0 {
		return nil
	}
	return found[rng.IntN(len(found))]
}

// repeat hands an earlier deed over again, as another envelope with the same
// payload: what Slack does when it lost our acknowledgement.
func (l *ledger) repeat(s *slacktest.Server, d *deed) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.again++
	first := d.handed[0]
	d.handed = append(d.handed, s.Push(first.Type, first.Payload))
}

// people act in the workspace.
type people struct {
	slack  *slacktest.Server
	ledger *ledger
	seed   uint64
	// pause is the mean time between two things that a customer's person does. In
	// a long run they do less: at each start the bot asks Slack for every open
	// thread, and would come to do nothing else before it is killed again.
	pause time.Duration
}

// act lets everybody act until ctx ends: one person in each customer's
// channel, and the agents of each team.
func (p *people) act(ctx context.Context) {
	var all sync.WaitGroup
	stream := uint64(10)
	next := func() *rand.Rand {
		stream++
		return rand.New(rand.NewPCG(p.seed, stream))
	}
	for _, c := range customers {
		for _, channel := range c.channels {
			w := &writer{people: p, rng: next(), user: c.contact, channel: channel, name: strings.ToLower(channel)}
			all.Go(func() { every(ctx, w.rng, p.pause, w.write) })
		}
	}
	for team, who := range agents {
		a := &agent{people: p, rng: next(), team: team, users: who, name: strings.ToLower(team)}
		all.Go(func() { every(ctx, a.rng, 125*time.Millisecond, a.work) })
	}
	all.Wait()
}

// every acts again and again, with waits around the mean, until ctx ends.
func every(ctx context.Context, rng *rand.Rand, mean time.Duration, act func()) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-after(mean/4 + atMost(rng, mean*3/2)):
		}
		act()
	}
}

// atMost is a time that chance picks.
func atMost(rng *rand.Rand, d time.Duration) time.Duration {
	return time.Duration(rng.Int64N(int64(d)))
}

// writer is a customer's person in one channel.
type writer struct {
	*people
	rng                 *rand.Rand
	user, channel, name string
	serial              int
}

func (w *writer) words(format string) string {
	w.serial++
	return fmt.Sprintf(format, fmt.Sprintf("%s-%d", w.name, w.serial))
}

func (w *writer) say(k kind, thread, text string) *deed {
	ts, e := w.slack.Say(slacktest.Said{Channel: w.channel, User: w.user, Thread: thread, Text: text})
	d := &deed{kind: k, channel: w.channel, ts: ts, thread: thread, text: text, handed: []*slacktest.Envelope{e}}
	w.ledger.add(d)
	return d
}

func (w *writer) ask() *deed {
	return w.say(request, "", w.words("La API de pagos devuelve error 500 en el pedido %s"))
}

func (w *writer) answer(d *deed) {
	w.say(more, d.ts, w.words("Sigue fallando, probamos otra vez el pedido %s"))
}

// write does one thing.
func (w *writer) write() {
	mine := w.ledger.recent(w.rng, func(d *deed) bool { return d.kind == request && d.channel == w.channel })
	switch n := w.rng.IntN(100); {
	case n < 40 || mine == nil:
		w.ask()
	case n < 48: // two messages at once, the second in the thread of the first
		w.answer(w.ask())
	case n < 70:
		w.answer(mine)
	case n < 80:
		w.say(chat, "", "gracias!")
	case n < 88:
		text := w.words("Perdón, el error es 502 y el pedido es %s")
		e := w.slack.Edit(mine.channel, mine.ts, text)
		w.ledger.add(&deed{kind: edit, channel: mine.channel, ts: mine.ts, text: text, handed: []*slacktest.Envelope{e}})
	default:
		if d := w.ledger.recent(w.rng, func(d *deed) bool { return d.channel == w.channel && d.kind != edit }); d != nil {
			w.ledger.repeat(w.slack, d)
		}
	}
}

// agent is whoever works for a team.
type agent struct {
	*people
	rng    *rand.Rand
	team   string
	users  []string
	name   string
	serial int
}

func (a *agent) words(format string) string {
	a.serial++
	return fmt.Sprintf(format, fmt.Sprintf("%s-%d", a.name, a.serial))
}

// card picks one of the team's newest cards that have the button.
func (a *agent) card(button string) (found slacktest.Message, id string) {
	said := a.slack.Messages(a.team)
	var ids []string
	var cards []slacktest.Message
	for i := len(said) - 1; i >= 0 && len(cards) < 10; i-- {
		if id := cardOf(said[i], button); id != "" {
			cards, ids = append(cards, said[i]), append(ids, id)
		}
	}
	if len(cards) == 0 {
		return found, ""
	}
	n := a.rng.IntN(len(cards))
	return cards[n], ids[n]
}

// cardOf is the incident of which the message is the card with that button, ""
// when it is none.
func cardOf(m slacktest.Message, button string) (id string) {
	isCard := false
	for _, b := range slacktest.Buttons(m) {
		if b.ActionID == button {
			id = b.Value
		}
		isCard = isCard || b.ActionID == "severity" || b.ActionID == "reopen"
	}
	if m.Thread != "" || !isCard {
		return ""
	}
	return id
}

// work does one thing.
func (a *agent) work() {
	user := a.users[a.rng.IntN(len(a.users))]
	switch n := a.rng.IntN(100); {
	case n < 25:
		a.press(take, "take", user)
	case n < 32:
		a.press(escalate, "escalate", user)
	case n < 55:
		d := a.ledger.recent(a.rng, func(d *deed) bool { return d.kind == request && a.serves(d.channel) })
		if d != nil {
			a.say(reply, d.channel, d.ts, user, a.words("Lo estamos mirando %s"))
		}
	case n < 70:
		if m, _ := a.card("severity"); m.TS != "" {
			a.say(note, a.team, m.TS, user, a.words("El balanceador fue reiniciado %s"))
		}
	case n < 80:
		a.command(command, user, "/incident note %s "+a.words("revisamos el registro %s"))
	case n < 85:
		a.command(other, user, "/incident severity %s critical")
	case n < 90:
		a.command(other, user, "/incident resolve %s se reinició el servicio")
	default:
		d := a.ledger.recent(a.rng, func(d *deed) bool {
			return d.kind == take || d.kind == command || d.kind == note || d.kind == reply || d.kind == other
		})
		if d != nil {
			a.ledger.repeat(a.slack, d)
		}
	}
}

func (a *agent) serves(channel string) bool {
	for _, c := range customers {
		for _, ch := range c.channels {
			if ch == channel {
				return c.team == a.team
			}
		}
	}
	return false
}

func (a *agent) say(k kind, channel, thread, user, text string) {
	ts, e := a.slack.Say(slacktest.Said{Channel: channel, User: user, Thread: thread, Text: text})
	a.ledger.add(&deed{kind: k, channel: channel, ts: ts, thread: thread, text: text, handed: []*slacktest.Envelope{e}})
}

func (a *agent) press(k kind, button, user string) {
	m, id := a.card(button)
	if id == "" {
		return
	}
	e, err := a.slack.Press(a.team, m.TS, user, button)
	if err != nil {
		return // the card changed between two looks
	}
	a.ledger.add(&deed{kind: k, channel: a.team, ts: m.TS, id: id, handed: []*slacktest.Envelope{e}})
}

// command types one about one of the newest open incidents.
func (a *agent) command(k kind, user, line string) {
	_, id := a.card("severity")
	if id == "" {
		return
	}
	line = fmt.Sprintf(line, id)
	_, e := a.slack.Command(a.team, user, line)
	text := strings.TrimPrefix(line, "/incident note "+id+" ")
	a.ledger.add(&deed{kind: k, channel: a.team, id: id, text: text, handed: []*slacktest.Envelope{e}})
}
