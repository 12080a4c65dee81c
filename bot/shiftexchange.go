package bot

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"sereno/bot/company"
	"sereno/bot/oncall"
	"sereno/bot/text"
)

// An exchange is a swap with something in return: two people take each other's time
// on call, both or neither.

// AskExchange asks another person to take the actor's shift at an instant, where the
// actor takes theirs at another; howLong, where it is given, is how long of each.
// Nothing changes before they accept. Without a person it opens the form. Agents.
func (d *Desk) AskExchange(person, mine, theirs, howLong string) error {
	if err := d.rostered(); err != nil {
		return err
	}
	if person == "" {
		return d.exchangeForm()
	}
	p, err := d.onCallPerson(person)
	switch {
	case err != nil:
		return err
	case p.Key == d.actor.Key:
		return Refuse("refuse.swap_self")
	case mine == "" || theirs == "":
		return Refuse("refuse.exchange_halves")
	}
	give, err := d.stretchOf(d.actor, mine, howLong)
	if err != nil {
		return err
	}
	take, err := d.stretchOf(p, theirs, howLong)
	if err != nil {
		return err
	}
	return d.askSwap(p, &Swap{
		Schedule: give.schedule.Name, From: d.actor.Key, To: p.Key, Start: give.Start.UTC(), End: give.End.UTC(), State: SwapAsked, At: d.now,
		Back: &SwapBack{Schedule: take.schedule.Name, Start: take.Start.UTC(), End: take.End.UTC()},
	}, append(give.otherwise, take.otherwise...))
}

// half is one person's part of a swap: who takes whose time.
type half struct {
	schedule string
	from, to string
	oncall.Interval
}

// halves are one, or of an exchange two.
func (s *Swap) halves() []half {
	out := []half{{s.Schedule, s.From, s.To, oncall.Interval{Start: s.Start, End: s.End}}}
	if b := s.Back; b != nil {
		out = append(out, half{b.Schedule, s.To, s.From, oncall.Interval{Start: b.Start, End: b.End}})
	}
	return out
}

// begins is when the first of its time begins.
func (s *Swap) begins() time.Time {
	at := s.Start
	if s.Back != nil {
		at = earlier(at, s.Back.Start)
	}
	return at
}

// runningSwapHas is how long a request holds that is about time that goes on.
const runningSwapHas = time.Hour

// goesOn reports whether the half had begun when the request was made.
func (s *Swap) goesOn(start time.Time) bool { return !start.After(s.At) }

// expires is when it is too late to answer: when the first of its time begins; of time
// that went on already, some time after it was asked.
func (s *Swap) expires() (at time.Time) {
	for _, h := range s.halves() {
		until := h.Start
		if s.goesOn(h.Start) {
			until = earlier(h.End, s.At.Add(runningSwapHas))
		}
		at = earlier(at, until)
	}
	return at
}

// restFrom leaves out what is over of time that goes on.
func (s *Swap) restFrom(now time.Time) {
	if s.goesOn(s.Start) {
		s.Start = now.UTC()
	}
	if b := s.Back; b != nil && s.goesOn(b.Start) {
		b.Start = now.UTC()
	}
}

// swapFits refuses what cannot be as asked: somebody away, out of reach or on call
// twice at once, an exchange of the same time, or time that is not theirs any more.
func (d *Desk) swapFits(s *Swap) error {
	all := s.halves()
	if len(all) == 2 && all[0].Overlaps(all[1].Interval) {
		return Refuse("refuse.exchange_overlap")
	}
	c, err := d.rosterChanges()
	if err != nil {
		return err
	}
	for _, h := range all {
		on := d.company.Schedule(h.schedule)
		if on == nil {
			return Refuse("refuse.gone")
		}
		if err := d.notAway(h.to, h.Interval); err != nil {
			return err
		}
		if p := d.company.Person(h.to); p == nil || !d.reachable(p) {
			return Refuse("refuse.swap_unreachable", "name", d.name(h.to))
		}
		if !holds(on.Shifts(h.Start, h.End, c), h) {
			return Refuse("refuse.swap_void", "name", d.name(h.from))
		}
		if err := d.notTwice(h, c); err != nil {
			return err
		}
	}
	return nil
}

// reachable reports whether the person can be asked and paged: they have a chat.
func (d *Desk) reachable(p *company.Person) bool {
	_, _, ok := d.bot.talk(p, "")
	return ok
}

// holds reports whether the whole of the half is still the time of who gives it.
func holds(shifts []oncall.Shift, h half) bool {
	at := h.Start
	for _, shift := range shifts {
		if shift.Person != h.from || shift.Start.After(at) {
			return false
		}
		at = shift.End
	}
	return !at.Before(h.End)
}

// notTwice refuses to put somebody on call who is so elsewhere then.
func (d *Desk) notTwice(h half, c *oncall.Changes) error {
	schedule, shift, twice := d.bookedElsewhere(h.to, h.schedule, h.Interval, c)
	if !twice {
		return nil
	}
	key := "refuse.swap_twice"
	if h.to == d.actor.Key {
		key = "refuse.swap_twice_you"
	}
	return Refuse(key, "name", d.name(h.to), "schedule", schedule, "when", spanLine(d.Lang(), d.zone(), d.now, shift))
}

// bookedElsewhere is the first time in the interval in which the person is on call on
// another schedule than this; false when there is none.
func (d *Desk) bookedElsewhere(person, schedule string, in oncall.Interval, c *oncall.Changes) (other string, at oncall.Interval, ok bool) {
	for _, s := range d.company.Schedules {
		if s.Name == schedule {
			continue
		}
		for _, shift := range s.Shifts(in.Start, in.End, c) {
			if shift.Person == person && (!ok || shift.Start.Before(at.Start)) {
				other, at, ok = s.Name, shift.Interval(), true
			}
		}
	}
	return other, at, ok
}

// The form. A shift is named by its person, its schedule and its beginning.
const shiftParts = "|"

// formAhead is how far ahead shifts are offered.
const formAhead = 92 * day

func (d *Desk) exchangeForm() error {
	lang := d.Lang()
	c, err := d.rosterChanges()
	if err != nil {
		return err
	}
	var mine, theirs []Option
	for _, s := range d.company.Schedules {
		for _, shift := range s.Shifts(d.now, d.now.Add(formAhead), c) {
			o := Option{
				Value: strings.Join([]string{shift.Person, s.Name, later(shift.Start, d.now).UTC().Format(time.RFC3339)}, shiftParts),
				Label: s.Name + " · " + spanLine(lang, d.zone(), d.now, shift.Interval()),
			}
			switch {
			case shift.Person == d.actor.Key:
				mine = append(mine, o)
			case d.company.Person(shift.Person) != nil:
				o.Label = d.name(shift.Person) + " · " + o.Label
				theirs = append(theirs, o)
			}
		}
	}
	if len(mine) == 0 || len(theirs) == 0 {
		return Refuse("refuse.exchange_none")
	}
	return d.openForm(nil, &Form{
		ID: "exchange", Title: text.T(lang, "form.exchange.title"), Submit: text.T(lang, "form.exchange.submit"),
		Inputs: []Input{
			{Name: "mine", Label: text.T(lang, "form.exchange.mine"), Options: mine[:min(len(mine), maxChoices)]},
			{Name: "theirs", Label: text.T(lang, "form.exchange.theirs"), Options: theirs[:min(len(theirs), maxChoices)]},
			{Name: "for", Label: text.T(lang, "form.exchange.for"), Hint: text.T(lang, "form.exchange.hint"), Optional: true},
		},
	})
}

// exchangeSent takes the answers of the form.
func (d *Desk) exchangeSent(fields map[string]string) error {
	mine := strings.Split(fields["mine"], shiftParts)
	theirs := strings.Split(fields["theirs"], shiftParts)
	if len(mine) != 3 || len(theirs) != 3 {
		return Refuse("refuse.exchange_halves")
	}
	return d.AskExchange(theirs[0], mine[2], theirs[2], strings.TrimSpace(fields["for"]))
}

// exchangeOf are the overrides that an exchange has made, of which the actor is one
// of the two; none of anything else.
func (d *Desk) exchangeOf(o oncall.Override, all []oncall.Override) []oncall.Override {
	if o.Swap == 0 || o.Person != d.actor.Key && o.For != d.actor.Key {
		return nil
	}
	var both []oncall.Override
	for _, x := range all {
		if x.Swap == o.Swap {
			both = append(both, x)
		}
	}
	return both
}

// takeBackExchange takes back both halves, or none where one has begun.
func (d *Desk) takeBackExchange(both []oncall.Override) error {
	s, err := d.tx.SwapAt(d.ctx, both[0].Swap)
	if err != nil {
		return takenBack(err)
	}
	if !d.now.Before(s.begins()) || len(both) != len(s.halves()) {
		return Refuse("refuse.exchange_begun", "from", d.stamp(s.begins()))
	}
	var what []string
	var times []oncall.Interval
	for _, h := range s.halves() {
		what = append(what, fmt.Sprintf("%s %s", h.schedule, h.to))
		times = append(times, h.Interval)
	}
	s.State = SwapUndone
	if err := d.tx.SaveSwap(d.ctx, *s); err != nil {
		return err
	}
	moves, err := d.changeRoster("undo exchange "+strings.Join(what, ", "), func() error {
		for _, o := range both {
			if err := d.dropOverride(o); err != nil {
				return err
			}
		}
		return nil
	}, times...)
	if err != nil {
		return err
	}
	is := text.T(d.Lang(), "roster.is.exchange", "from", d.name(s.From), "to", d.name(s.To))
	return d.Reply(d.moved("done.undone", moves, "from", d.stamp(s.begins()), "to", d.stamp(slices.MaxFunc(times, func(a, b oncall.Interval) int {
		return a.End.Compare(b.End)
	}).End), "what", is))
}
