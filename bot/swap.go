package bot

import (
	"errors"
	"strconv"
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
	s, i, err := d.swapSpan(from, to)
	if err != nil {
		return err
	}
	if err := d.notAway(p.Key, i); err != nil {
		return err
	}
	swap := &Swap{Schedule: s.Name, From: d.actor.Key, To: p.Key, Start: i.Start.UTC(), End: i.End.UTC(), State: SwapAsked, At: d.now}
	if err := d.tx.AddSwap(d.ctx, swap); err != nil {
		return err
	}
	if err := d.tx.SetTimer(d.ctx, Timer{Due: swap.Start, Kind: timerSwap, Subject: swapValue(swap.ID), Priority: rosterPriority}); err != nil {
		return err
	}
	if err := d.tellPerson(p, d.swapMessage(p, swap)); err != nil {
		return err
	}
	return d.Reply(d.swapMessage(d.actor, swap))
}

// swapSpan finds the actor's shift that is meant. A day alone is the shift that
// begins on it, or else the one that goes on.
func (d *Desk) swapSpan(from, to string) (*oncall.Schedule, oncall.Interval, error) {
	m, err := d.moment(from)
	if err != nil {
		return nil, oncall.Interval{}, err
	}
	c, err := d.rosterChanges()
	if err != nil {
		return nil, oncall.Interval{}, err
	}
	asked := oncall.Interval{Start: m.Begin(d.zone(), d.now)}
	asked.End = asked.Start.Add(time.Second)
	if m.DayOnly() {
		asked.End = m.End(d.zone(), d.now, asked.Start)
	}
	s, shift, ok := d.shiftOf(d.actor, asked, c)
	if !ok {
		return nil, asked, Refuse("refuse.not_your_shift", "from", d.stamp(asked.Start), "next", d.nextShiftLine(d.actor, c))
	}
	i := oncall.Interval{Start: asked.Start, End: shift.End}
	if m.DayOnly() {
		i.Start = shift.Start
	}
	if i.Start.Before(d.now) && !shift.Start.After(d.now) {
		i.Start = d.now
	}
	if to != "" {
		end, err := d.moment(to)
		if err != nil {
			return nil, i, err
		}
		i.End = end.End(d.zone(), d.now, i.Start)
		if i.End.After(shift.End) {
			i.End = shift.End
		}
	}
	return s, i, d.inTime(i)
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

// nextShiftLine tells when the person is on call next.
func (d *Desk) nextShiftLine(p *company.Person, c *oncall.Changes) string {
	var next oncall.Shift
	for _, s := range d.company.Schedules {
		for _, shift := range s.Shifts(d.now, d.now.Add(farAhead/4), c) {
			if shift.Person == p.Key && (next.Person == "" || shift.Start.Before(next.Start)) {
				next = shift
				break
			}
		}
	}
	if next.Person == "" {
		return text.T(d.Lang(), "roster.no_shift")
	}
	return spanLine(d.Lang(), d.zone(), d.now, next.Interval())
}

func swapValue(id int64) string { return strconv.FormatInt(id, 10) }

// swapMessage is the request as one of the two reads it.
func (d *Desk) swapMessage(reader *company.Person, s *Swap) Message {
	lang := reader.Language
	key := "swap." + string(s.State) + ".from"
	if reader.Key == s.To {
		key = "swap." + string(s.State) + ".to"
	}
	m := Message{
		Text: text.T(lang, key, "from", d.name(s.From), "to", d.name(s.To), "schedule", s.Schedule,
			"when", spanLine(lang, reader.Zone, d.now, oncall.Interval{Start: s.Start, End: s.End})),
	}
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
	case !d.at.Before(s.Start):
		return nil, Refuse("refuse.swap_begun", "from", d.stamp(s.Start))
	}
	return s, nil
}

// acceptSwap puts the person who was asked on call. Nobody else may.
func (d *Desk) acceptSwap(value string) error {
	s, err := d.askedSwap(value, func(s *Swap) string { return s.To })
	if err != nil {
		return err
	}
	i := oncall.Interval{Start: s.Start, End: s.End}
	if err := d.notAway(s.To, i); err != nil {
		return err
	}
	if d.company.Schedule(s.Schedule) == nil {
		return Refuse("refuse.gone")
	}
	if err := d.settleSwap(s, SwapAccepted); err != nil {
		return err
	}
	moves, err := d.changeRoster("swap "+s.Schedule+" "+s.From+" "+s.To, i, func() error {
		return d.tx.AddOverride(d.ctx, &oncall.Override{
			Schedule: s.Schedule, Person: s.To, For: s.From, Start: s.Start, End: s.End, By: s.From, At: d.now,
		})
	})
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

// swapDue settles a request whose time has begun without an answer.
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
