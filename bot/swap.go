package bot

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"sereno/bot/company"
	"sereno/bot/oncall"
	"sereno/bot/text"
)

// AskSwap asks another person to be on call in the actor's stead: in the actor's
// shift at the instant from, until to or to the shift's end. Nothing changes
// before they accept. Agents.
func (d *Desk) AskSwap(person, from, to string) error {
	if err := d.rostered(); err != nil {
		return err
	}
	p, err := d.onCallPerson(person)
	if err != nil {
		return err
	}
	if p.Key == d.actor.Key {
		return Refuse("refuse.swap_self")
	}
	mine, err := d.stretchOf(d.actor, from, to)
	if err != nil {
		return err
	}
	return d.askSwap(p, &Swap{
		Schedule: mine.schedule.Name, From: d.actor.Key, To: p.Key, Start: mine.Start.UTC(), End: mine.End.UTC(), State: SwapAsked, At: d.now,
	}, mine.otherwise)
}

// askSwap asks the person. Whoever asks reads otherwise: where the time is not what
// they wrote.
func (d *Desk) askSwap(p *company.Person, swap *Swap, otherwise []string) error {
	if err := d.swapFits(swap); err != nil {
		return err
	}
	if err := d.notAsked(swap); err != nil {
		return err
	}
	if err := d.tx.AddSwap(d.ctx, swap); err != nil {
		return err
	}
	if err := d.tx.SetTimer(d.ctx, Timer{Due: swap.expires(), Kind: timerSwap, Subject: swapValue(swap.ID), Priority: rosterPriority}); err != nil {
		return err
	}
	if err := d.tellPerson(p, d.swapMessage(p, swap)); err != nil {
		return err
	}
	m := d.swapMessage(d.actor, swap)
	m.Text = strings.Join(append([]string{m.Text}, otherwise...), "\n")
	return d.Reply(m)
}

// notAsked refuses what the same person was asked already and has not answered.
func (d *Desk) notAsked(swap *Swap) error {
	waiting, err := d.tx.SwapsAsked(d.ctx, swap.From)
	if err != nil {
		return err
	}
	for _, s := range waiting {
		if s.same(swap) && d.now.Before(s.expires()) {
			return Refuse("refuse.swap_asked", "name", d.name(s.To), "when", d.stamp(s.At))
		}
	}
	return nil
}

// same reports whether both ask the same of the same person. Of time that goes on,
// what is over by the second does not make it another.
func (s *Swap) same(t *Swap) bool {
	theirs := t.halves()
	return slices.EqualFunc(s.halves(), theirs, func(a, b half) bool {
		begins := a.Start.Equal(b.Start) || s.goesOn(a.Start) && t.goesOn(b.Start)
		return a.schedule == b.schedule && a.from == b.from && a.to == b.to && begins && a.End.Equal(b.End)
	})
}

// stretch is a time on call that somebody named, and what of it is otherwise than they
// wrote: a line each.
type stretch struct {
	schedule *oncall.Schedule
	oncall.Interval
	otherwise []string
}

// stretchOf finds the person's shift that is meant, or with an end the part of it. A
// day alone is the shift that begins on it, or else the one that goes on. What of it is
// over, or is beyond the shift, is left out.
func (d *Desk) stretchOf(p *company.Person, from, to string) (stretch, error) {
	m, err := d.moment(from)
	if err != nil {
		return stretch{}, err
	}
	c, err := d.rosterChanges()
	if err != nil {
		return stretch{}, err
	}
	asked := oncall.Interval{Start: m.Begin(d.zone(), d.now)}
	asked.End = asked.Start.Add(time.Second)
	if m.DayOnly() {
		asked.End = m.End(d.zone(), d.now, asked.Start)
	}
	s, shift, ok := d.shiftOf(p, asked, c)
	switch {
	case ok:
	case !asked.End.After(d.now):
		return stretch{}, Refuse("refuse.past", "from", d.stamp(asked.Start))
	case p != d.actor:
		return stretch{}, Refuse("refuse.not_their_shift", "name", p.Name, "from", d.stamp(asked.Start), "next", d.nextShiftLine(p, c))
	default:
		return stretch{}, Refuse("refuse.not_your_shift", "from", d.stamp(asked.Start), "next", d.nextShiftLine(p, c))
	}
	out := stretch{s, oncall.Interval{Start: asked.Start, End: shift.End}, nil}
	if m.DayOnly() && (to == "" || shift.Start.After(out.Start)) {
		out.Start = shift.Start
	}
	if m.DayOnly() && asked.End.After(d.now) { // of such a day the rest is meant
		out.Start = later(out.Start, d.now)
	}
	if to != "" {
		end, err := d.moment(to)
		if err != nil {
			return stretch{}, err
		}
		out.End = end.End(d.zone(), d.now, out.Start)
	}
	return out, d.fit(&out, shift)
}

// fit leaves out what of the stretch is over or beyond the shift, and says so.
func (d *Desk) fit(x *stretch, shift oncall.Shift) error {
	over := x.Start.Before(d.now.Add(-time.Minute))
	if x.End.After(x.Start) && over && !x.End.After(d.now) {
		return Refuse("refuse.past", "from", d.stamp(x.Start))
	}
	if x.End.After(x.Start) && x.Start.Before(d.now) {
		if over {
			x.otherwise = append(x.otherwise, text.T(d.Lang(), "swap.begun", "now", d.stamp(d.now)))
		}
		x.Start = d.now
	}
	if x.End.After(shift.End) {
		x.End = shift.End
		x.otherwise = append(x.otherwise, text.T(d.Lang(), "swap.cut", "schedule", x.schedule.Name, "to", d.stamp(shift.End)))
	}
	return d.inTime(x.Interval)
}

// shiftOf is the person's shift in the time: rather one that begins in it.
func (d *Desk) shiftOf(p *company.Person, at oncall.Interval, c *oncall.Changes) (on *oncall.Schedule, found oncall.Shift, ok bool) {
	for _, s := range d.company.Schedules {
		for _, shift := range s.Shifts(at.Start, at.End, c) {
			if shift.Person != p.Key || !shift.End.After(d.now) {
				continue
			}
			if !ok || found.Start.Before(at.Start) && at.Contains(shift.Start) {
				on, found, ok = s, shift, true
			}
		}
	}
	return on, found, ok
}

// nextShiftLine tells until when the person is on call, if they are now, and when next.
func (d *Desk) nextShiftLine(p *company.Person, c *oncall.Changes) string {
	var running, next oncall.Shift
	for _, s := range d.company.Schedules {
		for _, shift := range s.Shifts(d.now, d.now.Add(farAhead/4), c) {
			switch {
			case shift.Person != p.Key:
			case !shift.Start.After(d.now):
				if shift.End.After(running.End) {
					running = shift
				}
			case next.Person == "" || shift.Start.Before(next.Start):
				next = shift
			}
		}
	}
	line := text.T(d.Lang(), "roster.no_shift")
	if next.Person != "" {
		line = text.T(d.Lang(), "roster.next", "when", spanLine(d.Lang(), d.zone(), d.now, next.Interval()))
	}
	if running.Person != "" {
		line = text.T(d.Lang(), "roster.running", "until", d.stamp(running.End)) + " " + line
	}
	return line
}

func swapValue(id int64) string { return strconv.FormatInt(id, 10) }

// swapMessage is the request as one of the two reads it.
func (d *Desk) swapMessage(reader *company.Person, s *Swap) Message {
	lang := reader.Language
	key := "swap." + string(s.State)
	if s.Back != nil {
		key = "exchange." + string(s.State)
	}
	if s.State != SwapAsked && s.State != SwapAccepted && !d.unmoved(s) {
		key = "swap.moved"
	}
	if reader.Key == s.To {
		key += ".to"
	} else {
		key += ".from"
	}
	span := func(start, end time.Time) string {
		return spanLine(lang, reader.Zone, d.now, oncall.Interval{Start: start, End: end})
	}
	args := []any{"from", d.name(s.From), "to", d.name(s.To), "schedule", s.Schedule, "when", span(s.Start, s.End)}
	if b := s.Back; b != nil {
		args = append(args, "other", b.Schedule, "back", span(b.Start, b.End))
	}
	m := Message{Text: text.T(lang, key, args...)}
	if s.State != SwapAsked {
		return m
	}
	value := swapValue(s.ID)
	if reader.Key == s.To {
		m.Buttons = []Button{
			{ID: "swap_accept", Label: text.T(lang, "button.swap_accept"), Value: value, Primary: true},
			{ID: "swap_decline", Label: text.T(lang, "button.swap_decline"), Value: value},
		}
	} else {
		m.Buttons = []Button{{ID: "swap_withdraw", Label: text.T(lang, "button.swap_withdraw"), Value: value}}
	}
	return m
}

// unmoved reports whether they are still on call whose times the request was about.
// Where the store cannot tell, the transaction ends by that, and nobody reads it.
func (d *Desk) unmoved(s *Swap) bool {
	c, err := d.rosterChanges()
	if err != nil {
		return false
	}
	for _, h := range s.halves() {
		if on := d.company.Schedule(h.schedule); on == nil || !holds(on.Shifts(h.Start, h.End, c), h) {
			return false
		}
	}
	return true
}

// askedSwap finds a request that still waits for its answer.
func (d *Desk) askedSwap(value string, mine func(*Swap) string) (*Swap, error) {
	if err := d.rostered(); err != nil {
		return nil, err
	}
	id, err := strconv.ParseInt(value, 10, 64)
	if err != nil {
		return nil, Refuse("refuse.gone")
	}
	s, err := d.tx.SwapAt(d.ctx, id)
	if errors.Is(err, ErrNotFound) || err == nil && mine(s) != d.actor.Key {
		return nil, Refuse("refuse.not_your_swap")
	}
	if err != nil {
		return nil, err
	}
	switch {
	case s.State != SwapAsked:
		return nil, Refuse("refuse.swap_settled", "state", text.T(d.Lang(), "swap.state."+string(s.State)))
	case !d.at.Before(s.expires()):
		return nil, Refuse("refuse.swap_begun", "from", d.stamp(s.begins()))
	}
	return s, nil
}

// acceptSwap puts the person who was asked on call, and in an exchange who asked
// too. Nobody else may.
func (d *Desk) acceptSwap(value string) error {
	s, err := d.askedSwap(value, func(s *Swap) string { return s.To })
	if err != nil {
		return err
	}
	s.restFrom(d.now)
	if err := d.swapFits(s); err != nil {
		return err
	}
	if err := d.settleSwap(s, SwapAccepted); err != nil {
		return err
	}
	var times []oncall.Interval
	what := "swap"
	for _, h := range s.halves() {
		times, what = append(times, h.Interval), what+" "+h.schedule+" "+h.from+" "+h.to
	}
	// Who asked has just been told in settleSwap.
	moves, err := d.changeRosterOf([]string{s.From}, what, func() error {
		for _, h := range s.halves() {
			o := &oncall.Override{Schedule: h.schedule, Person: h.to, For: h.from, Start: h.Start, End: h.End, By: s.From, At: d.now}
			if s.Back != nil {
				o.Swap = s.ID
			}
			if err := d.tx.AddOverride(d.ctx, o); err != nil {
				return err
			}
		}
		return nil
	}, times...)
	if err != nil {
		return err
	}
	if len(moves) == 0 { // the roster has changed since it was asked
		return Refuse("refuse.swap_void", "name", d.name(s.From))
	}
	return nil
}

// declineSwap leaves everything as it is. Only who was asked may.
func (d *Desk) declineSwap(value string) error {
	s, err := d.askedSwap(value, func(s *Swap) string { return s.To })
	if err != nil {
		return err
	}
	return d.settleSwap(s, SwapDeclined)
}

// withdrawSwap takes the request back. Only who asked may.
func (d *Desk) withdrawSwap(value string) error {
	s, err := d.askedSwap(value, func(s *Swap) string { return s.From })
	if err != nil {
		return err
	}
	return d.settleSwap(s, SwapWithdrawn)
}

// swapDue settles a request that nobody has answered in time.
func (d *Desk) swapDue(value string) error {
	id, err := strconv.ParseInt(value, 10, 64)
	if err != nil {
		return nil
	}
	s, err := d.tx.SwapAt(d.ctx, id)
	if errors.Is(err, ErrNotFound) || err == nil && s.State != SwapAsked {
		return nil
	}
	if err != nil {
		return err
	}
	return d.settleSwap(s, SwapExpired)
}

// settleSwap notes what became of the request, says so in the message that was
// pressed, and tells the other; of one that nobody answered, both.
func (d *Desk) settleSwap(s *Swap, state SwapState) error {
	s.State = state
	if err := d.tx.SaveSwap(d.ctx, *s); err != nil {
		return err
	}
	if state != SwapExpired {
		if err := d.tx.CancelTimer(d.ctx, timerSwap, 0, swapValue(s.ID)); err != nil {
			return err
		}
	}
	for _, key := range []string{s.From, s.To} {
		p := d.company.Person(key)
		switch {
		case p == nil:
			continue
		case d.actor != nil && p.Key == d.actor.Key && d.event.Kind == ButtonPressed && d.event.Message != "":
			_, err := d.say(Delivery{
				Kind: Update, Platform: d.event.Platform, Channel: d.event.Channel, User: d.event.User,
				Target: Ref{Message: d.event.Message}, Message: d.swapMessage(p, s),
			})
			if err != nil {
				return err
			}
		default:
			if err := d.tellPerson(p, d.swapMessage(p, s)); err != nil {
				return err
			}
		}
	}
	return nil
}
