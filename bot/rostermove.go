package bot

import (
	"slices"
	"time"

	"sereno/bot/company"
	"sereno/bot/oncall"
	"sereno/bot/text"
)

// move is a stretch of a schedule that goes from one person to another; "" is nobody.
type move struct {
	schedule *oncall.Schedule
	oncall.Interval
	from, to string
}

// warnAhead is how far ahead a gap is told of as soon as it comes about.
const warnAhead = 14 * day

// changeRoster does what changes who is on call in the intervals, writes it to the
// audit log, and sees to what follows: whoever comes or goes is told with
// before and after, so is the lead; a gap that it opens is warned of; hand-offs
// and reminders are planned anew. It answers what moves.
func (d *Desk) changeRoster(what string, do func() error, times ...oncall.Interval) ([]move, error) {
	return d.changeRosterOf(nil, what, do, times...)
}

// changeRosterOf is changeRoster where some people know already.
func (d *Desk) changeRosterOf(know []string, what string, do func() error, times ...oncall.Interval) ([]move, error) {
	before, err := d.rosterChanges()
	if err != nil {
		return nil, err
	}
	if err := do(); err != nil {
		return nil, err
	}
	d.roster = nil
	after, err := d.rosterChanges()
	if err != nil {
		return nil, err
	}
	var moves []move
	for _, i := range times {
		if i.Start.Before(d.now) {
			i.Start = d.now
		}
		what += " " + i.Start.UTC().Format(time.RFC3339) + "/" + i.End.UTC().Format(time.RFC3339)
		for _, s := range d.company.Schedules {
			moves = append(moves, movesOf(s, i, before, after)...)
		}
	}
	if err := d.tx.Audit(d.ctx, d.now, d.actor.Key, "oncall", what); err != nil {
		return nil, err
	}
	if err := d.tellMoved(moves, know); err != nil {
		return nil, err
	}
	return moves, d.rosterChanged(before, after)
}

// movesOf compares who is on call in the interval.
func movesOf(s *oncall.Schedule, i oncall.Interval, before, after *oncall.Changes) []move {
	cuts := []time.Time{i.Start, i.End}
	for _, c := range []*oncall.Changes{before, after} {
		for _, shift := range s.Shifts(i.Start, i.End, c) {
			for _, at := range []time.Time{shift.Start, shift.End} {
				if i.Contains(at) {
					cuts = append(cuts, at)
				}
			}
		}
	}
	slices.SortFunc(cuts, time.Time.Compare)
	var out []move
	for n := 1; n < len(cuts); n++ {
		at := oncall.Interval{Start: cuts[n-1], End: cuts[n]}
		if !at.Start.Before(at.End) {
			continue
		}
		was, _ := s.OnCallAt(at.Start, before)
		is, _ := s.OnCallAt(at.Start, after)
		if was.Person == is.Person {
			continue
		}
		if k := len(out) - 1; k >= 0 && out[k].End.Equal(at.Start) && out[k].from == was.Person && out[k].to == is.Person {
			out[k].End = at.End
			continue
		}
		out = append(out, move{s, at, was.Person, is.Person})
	}
	return out
}

// moved is a message that lists what moves, a line each.
func (d *Desk) moved(key string, moves []move, args ...any) Message {
	return d.movedFor(d.Lang(), d.zone(), key, moves, args...)
}

func (d *Desk) movedFor(lang company.Lang, zone *time.Location, key string, moves []move, args ...any) Message {
	m := Message{Text: text.T(lang, key, args...)}
	for _, x := range moves {
		if len(m.Items) == rosterTold {
			m.Footer = text.T(lang, "roster.more", "n", len(moves)-rosterTold)
			break
		}
		m.Items = append(m.Items, Item{
			Title: x.schedule.Name + " · " + spanLine(lang, zone, d.now, x.Interval),
			Body:  text.T(lang, "roster.move", "from", d.onCallName(lang, x.from), "to", d.onCallName(lang, x.to)) + d.twiceLine(lang, zone, x),
		})
		if x.to == "" {
			m.Tone = Warning
		}
	}
	return m
}

// twiceLine says that whoever comes is on call elsewhere at the same time; "" when they
// are not. Where the store cannot tell, the transaction ends by that.
func (d *Desk) twiceLine(lang company.Lang, zone *time.Location, x move) string {
	c, err := d.rosterChanges()
	if err != nil || x.to == "" {
		return ""
	}
	schedule, at, twice := d.bookedElsewhere(x.to, x.schedule.Name, x.Interval, c)
	if !twice {
		return ""
	}
	at.Start = later(at.Start, x.Start)
	at.End = earlier(at.End, x.End)
	return " " + text.T(lang, "roster.twice", "name", d.name(x.to), "schedule", schedule, "when", spanLine(lang, zone, d.now, at))
}

// onCallName is a person's name, or that it is nobody.
func (d *Desk) onCallName(lang company.Lang, person string) string {
	if person == "" {
		return text.T(lang, "oncall.nobody")
	}
	return d.name(person)
}

// tellMoved tells everybody whose time on call changes, and the leads, but for
// whoever did it and who know.
func (d *Desk) tellMoved(moves []move, know []string) error {
	var people []string
	add := func(keys ...string) {
		for _, k := range keys {
			if k != "" && (d.actor == nil || k != d.actor.Key) && !slices.Contains(people, k) && !slices.Contains(know, k) {
				people = append(people, k)
			}
		}
	}
	for _, x := range moves {
		add(x.from, x.to)
		for _, lead := range d.leadsOf(x.schedule) {
			add(lead.Key)
		}
	}
	for _, key := range people {
		theirs := slices.DeleteFunc(slices.Clone(moves), func(x move) bool {
			leads := slices.ContainsFunc(d.leadsOf(x.schedule), func(p *company.Person) bool { return p.Key == key })
			return x.from != key && x.to != key && !leads
		})
		p := d.company.Person(key)
		if p == nil {
			continue
		}
		if err := d.tellPerson(p, d.movedFor(p.Language, p.Zone, "roster.moved", theirs, "name", d.name(d.author()))); err != nil {
			return err
		}
	}
	return nil
}

// leadsOf are the leads of the teams whose schedule it is.
func (d *Desk) leadsOf(s *oncall.Schedule) []*company.Person {
	var out []*company.Person
	for _, t := range d.teamsOf(s) {
		if t.Lead != nil && !slices.Contains(out, t.Lead) {
			out = append(out, t.Lead)
		}
	}
	return out
}

// tellPerson writes to a person directly, where they can be talked with, or else
// where they can only be told something.
func (d *Desk) tellPerson(p *company.Person, m Message) error {
	return d.tellPersonAs(p, purposeTold, m)
}

func (d *Desk) tellPersonAs(p *company.Person, purpose string, m Message) error {
	preferred := ""
	if d.event != nil {
		preferred = d.event.Platform
	}
	platform, id, ok := d.bot.talk(p, preferred)
	for _, a := range d.bot.Adapters {
		if !ok && p.Identities[a.Platform()] != "" && d.bot.usable(a.Platform()) {
			platform, id, ok = a.Platform(), p.Identities[a.Platform()], true
		}
	}
	if !ok {
		d.bot.Logger.Warn("there is no way to tell somebody", "person", p.Key)
		return nil
	}
	_, err := d.say(Delivery{Kind: Direct, Platform: platform, User: id, Purpose: purpose, Message: m})
	return err
}

// tellChannel posts in a team's channel.
func (d *Desk) tellChannel(t *company.Team, m Message) error {
	ch, ok := d.bot.teamChannel(t, "")
	if !ok {
		d.bot.Logger.Error("the team has no channel that can be written to", "team", t.Key)
		return nil
	}
	_, err := d.say(Delivery{Kind: Post, Platform: ch.Platform, Channel: ch.ID, Purpose: purposeTold, Message: m})
	return err
}
