package bot

import (
	"cmp"
	"slices"
	"time"

	"sereno/bot/company"
	"sereno/bot/oncall"
	"sereno/bot/text"
)

// gapsAhead is how far the weekly warning looks, and /oncall gaps without a number.
const gapsAhead = 30

// Gaps lists when nobody is on call, and who is on two schedules at once, in the
// days to come. Our own people.
func (d *Desk) Gaps(ahead string) error {
	if err := d.Staff(); err != nil {
		return err
	}
	n, err := days(ahead, gapsAhead)
	if err != nil {
		return err
	}
	c, err := d.rosterChanges()
	if err != nil {
		return err
	}
	items := d.trouble(d.Lang(), d.zone(), d.company.Schedules, n, c)
	m := Message{Title: text.T(d.Lang(), "gaps.title", "n", n), Items: items, Tone: Warning}
	if len(items) == 0 {
		m = Message{Text: text.T(d.Lang(), "gaps.none", "n", n), Tone: Good}
	}
	return d.Reply(m)
}

// trouble lists the gaps and double bookings of schedules in the days to come.
func (d *Desk) trouble(lang company.Lang, zone *time.Location, schedules []*oncall.Schedule, ahead int, c *oncall.Changes) []Item {
	type at struct {
		Item
		start time.Time
	}
	var all []at
	until := d.now.Add(time.Duration(ahead) * day)
	for _, s := range schedules {
		for _, g := range s.Gaps(d.now, until, c) {
			all = append(all, at{Item{Title: s.Name + " · " + spanLine(lang, zone, d.now, g), Body: text.T(lang, "gaps.gap")}, g.Start})
		}
	}
	for _, x := range oncall.DoubleBookings(d.company.Schedules, d.now, until, c) {
		if !slices.ContainsFunc(schedules, func(s *oncall.Schedule) bool { return s.Name == x.Schedules[0] || s.Name == x.Schedules[1] }) {
			continue
		}
		all = append(all, at{Item{
			Title: x.Schedules[0] + ", " + x.Schedules[1] + " · " + spanLine(lang, zone, d.now, oncall.Interval{Start: x.Start, End: x.End}),
			Body:  text.T(lang, "gaps.double", "name", d.name(x.Person)),
		}, x.Start})
	}
	slices.SortStableFunc(all, func(a, b at) int { return cmp.Or(a.start.Compare(b.start), cmp.Compare(a.Title, b.Title)) })
	var out []Item
	for i, x := range all {
		if i == maxListed {
			out = append(out, Item{Title: "…", Body: text.T(lang, "roster.more", "n", len(all)-maxListed)})
			break
		}
		out = append(out, x.Item)
	}
	return out
}

// gapsDue warns the lead of a team once a week, if there is anything to warn of.
func (d *Desk) gapsDue(timer Timer) error {
	t := d.company.Team(timer.Subject)
	if t == nil || t.Schedule == nil {
		return nil
	}
	c, err := d.rosterChanges()
	if err != nil {
		return err
	}
	err = d.tellLead(t, func(lang company.Lang, zone *time.Location) Message {
		items := d.trouble(lang, zone, []*oncall.Schedule{t.Schedule}, gapsAhead, c)
		if len(items) == 0 {
			return Message{}
		}
		return Message{Title: text.T(lang, "gaps.weekly", "team", t.Name, "n", gapsAhead), Items: items, Tone: Warning}
	})
	if err != nil {
		return err
	}
	return d.planTimer(Timer{Kind: timerGaps, Subject: t.Key, Due: d.weekly(t)})
}

// tellLead tells the lead of the team, or its channel when it has none; an empty
// message is not sent.
func (d *Desk) tellLead(t *company.Team, write func(company.Lang, *time.Location) Message) error {
	lang, zone := t.Language, t.Zone
	if t.Lead != nil {
		lang, zone = t.Lead.Language, t.Lead.Zone
	}
	m := write(lang, zone)
	switch {
	case m.Text == "" && m.Title == "":
		return nil
	case t.Lead != nil:
		return d.tellPerson(t.Lead, m)
	}
	return d.tellChannel(t, m)
}

// rosterChanged sees to what follows from a change: gaps that it opened soon are
// told at once, a hand-off that has come about by it too, and the timers are set anew.
func (d *Desk) rosterChanged(before, after *oncall.Changes) error {
	if outdated, err := d.outdated(); err != nil {
		return err
	} else if outdated {
		return d.askNewer()
	}
	for _, s := range d.company.Schedules {
		if err := d.warnOpened(s, before, after); err != nil {
			return err
		}
		was, _ := s.OnCallAt(d.now, before)
		person, since, until := d.stint(s, d.now)
		fresh := false
		if was.Person != person {
			var err error
			if fresh, err = d.noteOnCall(s, person, since); err != nil {
				return err
			}
		}
		if fresh {
			if err := d.handOff(s, was.Person, person, until); err != nil {
				return err
			}
		}
		if err := d.planSchedule(s); err != nil {
			return err
		}
	}
	return nil
}

// warnOpened tells the leads of gaps that were not there before.
func (d *Desk) warnOpened(s *oncall.Schedule, before, after *oncall.Changes) error {
	until := d.now.Add(warnAhead)
	old := s.Gaps(d.now, until, before)
	opened := slices.DeleteFunc(s.Gaps(d.now, until, after), func(g oncall.Interval) bool {
		return slices.ContainsFunc(old, func(o oncall.Interval) bool { return !g.Start.Before(o.Start) && !g.End.After(o.End) })
	})
	if len(opened) == 0 {
		return nil
	}
	for _, t := range d.teamsOf(s) {
		err := d.tellLead(t, func(lang company.Lang, zone *time.Location) Message {
			m := Message{Title: text.T(lang, "gaps.opened", "schedule", s.Name, "name", d.name(d.author())), Tone: Alarm}
			for _, g := range opened[:min(len(opened), rosterTold)] {
				m.Items = append(m.Items, Item{Title: spanLine(lang, zone, d.now, g), Body: text.T(lang, "gaps.gap")})
			}
			return m
		})
		if err != nil {
			return err
		}
	}
	return nil
}
