package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"sereno/bot/civil"
	"sereno/bot/company"
	"sereno/bot/incident"
	"sereno/bot/oncall"
	"sereno/bot/sla"
	"sereno/bot/text"
)

// The timers of the roster. They concern no incident; the subject says what they
// are about.
const (
	timerHandOff  = "handoff"  // a schedule: who is on call changes
	timerReminder = "reminder" // a schedule: a shift begins soon
	timerGaps     = "gaps"     // a team: its lead is warned of what lies ahead
	timerSwap     = "swap"     // a request: its time begins
)

// rosterPriority lets pages and promises go first.
const rosterPriority = 3

// rosterTimer looks at a timer of the roster; false when it is none.
func (d *Desk) rosterTimer(t Timer) (bool, error) {
	if newer, err := d.leaveToNewer(t); newer || err != nil {
		return true, err
	}
	switch t.Kind {
	case timerHandOff:
		return true, d.handOffDue(t)
	case timerReminder:
		return true, d.reminderDue(t)
	case timerGaps:
		return true, d.gapsDue(t)
	case timerSwap:
		return true, d.swapDue(t.Subject)
	case timerMissed:
		return true, d.missedDue(t.Subject)
	}
	return false, nil
}

// planRoster tells whom a change of the configuration has put on call and sets
// the timers of every schedule and team. What fell due while nobody was there is
// left to be fired: it tells the latest. again: the document is another than this
// process had, and is put in force though it may have been before.
func (b *Bot) planRoster(ctx context.Context, again bool) error {
	err := b.Store.Update(ctx, func(tx Tx) error {
		d := b.desk(ctx, tx, nil, b.Clock.Now())
		if err := d.tx.PutRosterInForce(ctx, d.company.Duties, again); err != nil {
			return err
		}
		outdated, err := d.outdated()
		if err != nil {
			return err
		}
		plan := d.planAll
		if outdated {
			plan = d.askNewer
		}
		if err := plan(); err != nil {
			return err
		}
		return d.finish()
	})
	if err != nil {
		return fmt.Errorf("plan hand-offs and reminders: %w", err)
	}
	b.rosterPlanned.Store(true)
	return nil
}

// planAll tells whom the document has put on call, and sets every timer of the roster.
func (d *Desk) planAll() error {
	if err := d.tellRoster(); err != nil {
		return err
	}
	for _, s := range d.company.Schedules {
		if err := d.planSchedule(s); err != nil {
			return err
		}
	}
	for _, t := range d.company.Teams {
		if t.Schedule == nil {
			continue
		}
		if err := d.planTimer(Timer{Kind: timerGaps, Subject: t.Key, Due: d.weekly(t)}); err != nil {
			return err
		}
	}
	return nil
}

// rosterReady plans the roster when this process has not done so yet.
func (b *Bot) rosterReady(ctx context.Context) error {
	if b.rosterPlanned.Load() {
		return nil
	}
	return b.planRoster(ctx, false)
}

// planSchedule sets the schedule's next hand-off and reminder.
func (d *Desk) planSchedule(s *oncall.Schedule) error {
	due, _ := d.nextChange(s, d.now)
	if err := d.planTimer(Timer{Kind: timerHandOff, Subject: s.Name, Due: due}); err != nil {
		return err
	}
	at, _, _ := d.nextReminder(s, d.now)
	return d.planTimer(Timer{Kind: timerReminder, Subject: s.Name, Due: at})
}

// planTimer sets a timer, or takes it away when it has no instant; one that is
// due is left as it is.
func (d *Desk) planTimer(t Timer) error {
	have, err := d.tx.TimerAt(d.ctx, t.Kind, t.Incident, t.Subject)
	switch {
	case errors.Is(err, ErrNotFound):
	case err != nil:
		return err
	case !have.Due.After(d.now) || have.Due.Equal(t.Due):
		return nil
	}
	if t.Due.IsZero() {
		return d.tx.CancelTimer(d.ctx, t.Kind, t.Incident, t.Subject)
	}
	t.Due, t.Priority = t.Due.UTC(), rosterPriority
	return d.tx.SetTimer(d.ctx, t)
}

// rosterAhead is how far ahead changes are looked for; a schedule in which
// nothing changes for longer is looked at again after a reload or a change of it.
const rosterAhead = 400 * day

// nextChange is the first instant after t at which another person, or nobody, is
// on call, and who that is.
func (d *Desk) nextChange(s *oncall.Schedule, t time.Time) (time.Time, string) {
	c, err := d.rosterChanges()
	if err != nil {
		return time.Time{}, ""
	}
	now, _ := s.OnCallAt(t, c)
	at := now.End
	if now.Person == "" {
		at = t
	}
	for end := t.Add(rosterAhead); at.Before(end); {
		next, ok := firstFrom(s, at, end, c)
		switch {
		case !ok && now.Person == "":
			return time.Time{}, ""
		case !ok, next.Start.After(at) && now.Person != "":
			return at, "" // a gap begins
		case next.Person != now.Person:
			return next.Start, next.Person
		}
		at = next.End
	}
	return time.Time{}, ""
}

// firstFrom is the first shift that is not over at the instant.
func firstFrom(s *oncall.Schedule, at, end time.Time, c *oncall.Changes) (oncall.Shift, bool) {
	if shift, ok := s.OnCallAt(at, c); ok {
		return shift, true
	}
	for span := 8 * day; ; span *= 4 { // near first: looking far takes long
		until := at.Add(span)
		if until.After(end) {
			until = end
		}
		if all := s.Shifts(at, until, c); len(all) > 0 {
			return all[0], true
		}
		if !until.Before(end) {
			return oncall.Shift{}, false
		}
	}
}

// stint is the time around the instant in which the person who is on call then
// stays so, over several turns; it is bounded where that is long.
func (d *Desk) stint(s *oncall.Schedule, t time.Time) (person string, since, until time.Time) {
	shift, ok := d.onCallAt(s, t)
	if !ok {
		return "", t, t
	}
	since, until = shift.Start, shift.End
	for range 10 {
		before, ok := d.onCallAt(s, since.Add(-1))
		if !ok || before.Person != shift.Person {
			break
		}
		since = before.Start
	}
	for range 10 {
		after, ok := d.onCallAt(s, until)
		if !ok || after.Person != shift.Person {
			break
		}
		until = after.End
	}
	return shift.Person, since, until
}

// handOffLate is how long after its time a hand-off may come that was tried in
// vain before.
const handOffLate = time.Hour

// handOffDue tells of the change that has just been; after a time in which nobody
// was there, of the latest.
func (d *Desk) handOffDue(t Timer) error {
	s := d.company.Schedule(t.Subject)
	if s == nil {
		return nil // the schedule is no more
	}
	all, err := d.tx.ToldOnCall(d.ctx)
	if err != nil {
		return err
	}
	told, known := toldOf(all, s.Name)
	before, _ := d.onCallAt(s, t.Due.Add(-1))
	if !known {
		told.Person, told.Since = before.Person, t.Due.Add(-handOffLate)
	}
	person, since, until := d.stint(s, d.now)
	if person != told.Person || person != "" && since.After(told.Since) {
		if person != "" {
			before, _ = d.onCallAt(s, since.Add(-1))
		}
		if _, err := d.noteOnCall(s, person, since); err != nil {
			return err
		}
		if err := d.handOff(s, before.Person, person, until); err != nil {
			return err
		}
	}
	return d.planSchedule(s)
}

// handOff tells who comes on call what is open, and the channels of the teams, and
// pages them for what waits.
func (d *Desk) handOff(s *oncall.Schedule, from, to string, until time.Time) error {
	d.bot.Logger.Info("hand-off", "schedule", s.Name, "from", from, "to", to)
	for _, t := range d.teamsOf(s) {
		open, err := d.tx.Incidents(d.ctx, IncidentQuery{Team: t.Key, OpenOnly: true, Limit: maxHandedOver + 1, Newest: true})
		if err != nil {
			return err
		}
		m := Message{Tone: Alarm, Text: text.T(t.Language, "handoff.nobody", "schedule", s.Name, "from", d.onCallName(t.Language, from))}
		if to != "" {
			m = Message{Text: text.T(t.Language, "handoff.team", "schedule", s.Name, "from", d.onCallName(t.Language, from),
				"to", d.name(to), "until", text.When(t.Language, until, t.Zone, d.now))}
		}
		if err := d.withOpen(&m, t, t.Language, t.Zone, open); err != nil {
			return err
		}
		if err := d.tellChannel(t, m); err != nil {
			return err
		}
		p := d.company.Person(to)
		if p == nil {
			continue
		}
		m = Message{Text: text.T(p.Language, "handoff.yours", "schedule", s.Name, "from", d.onCallName(p.Language, from),
			"until", text.When(p.Language, until, p.Zone, d.now))}
		if err := d.withOpen(&m, t, p.Language, p.Zone, open); err != nil {
			return err
		}
		if err := d.tellPerson(p, m); err != nil {
			return err
		}
		if err := d.takeOverPages(s, t, p); err != nil {
			return err
		}
	}
	return nil
}

// maxHandedOver bounds the incidents that a hand-off lists.
const maxHandedOver = 20

// withOpen adds the open incidents of the team to a hand-off: those at risk first.
func (d *Desk) withOpen(m *Message, t *company.Team, lang company.Lang, zone *time.Location, open []*incident.Incident) error {
	if len(open) == 0 {
		m.Text += " " + text.T(lang, "handoff.quiet", "team", t.Name)
		return nil
	}
	if len(open) > maxHandedOver {
		open, m.Footer = open[:maxHandedOver], text.T(lang, "list.more")
	}
	var risky, calm []Item
	for _, inc := range open {
		clocks, err := d.clocks(inc)
		if err != nil {
			return err
		}
		x := Item{
			Title: fmt.Sprintf("%s · %s · %s", inc.ID(), text.T(lang, "severity."+string(inc.Severity)), text.T(lang, "status."+string(inc.Status))),
			Body:  fmt.Sprintf("%s · %s · %s", d.customerName(inc), d.ownerName(lang, inc), inc.Title),
		}
		if sum := d.summaryIn(lang, zone, clocks); sum != "" {
			x.Body += "\n" + sum
		}
		if slices.ContainsFunc(clocks, d.atRisk) {
			x.Title = "⚠ " + x.Title
			risky = append(risky, x)
		} else {
			calm = append(calm, x)
		}
	}
	m.Items = append(risky, calm...)
	m.Text += " " + text.T(lang, "handoff.open", "team", t.Name, "n", len(open), "risk", len(risky))
	return nil
}

// atRisk reports whether a commitment that runs is past its first warning or broken.
func (d *Desk) atRisk(c sla.Clock) bool {
	if !c.Stopped.IsZero() {
		return false
	}
	marks := c.Marks()
	return d.now.After(c.Due) || len(marks) > 0 && !marks[0].At.After(d.now)
}

// summaryIn is the commitments that still run, as read in a zone.
func (d *Desk) summaryIn(lang company.Lang, zone *time.Location, clocks []sla.Clock) string {
	out := ""
	for _, c := range clocks {
		if !c.Stopped.IsZero() {
			continue
		}
		if out != "" {
			out += " · "
		}
		out += text.T(lang, "clock."+string(c.Name)) + " " + d.clockLine(lang, zone, c)
	}
	return out
}

// shortTurn is a turn before which a reminder of half a day ahead would fall into
// the turn before it.
const shortTurn = day

// nextReminder is when the next person to come on call after t is to be
// reminded, of which shift.
func (d *Desk) nextReminder(s *oncall.Schedule, t time.Time) (at time.Time, person string, begins time.Time) {
	change := t
	for range 20 {
		change, person = d.nextChange(s, change)
		if change.IsZero() {
			return time.Time{}, "", time.Time{}
		}
		if person == "" {
			continue
		}
		ahead := d.company.Paging.RemindBefore
		if _, since, until := d.stint(s, change); until.Sub(since) < shortTurn {
			ahead = min(ahead, time.Hour)
		}
		if at := change.Add(-ahead); at.After(t) && ahead > 0 {
			return at, person, change
		}
	}
	return time.Time{}, "", time.Time{}
}

// reminderDue reminds who comes on call soon, unless they are by now.
func (d *Desk) reminderDue(t Timer) error {
	s := d.company.Schedule(t.Subject)
	if s == nil {
		return nil
	}
	// From a little earlier: it may have been left to another replica meanwhile.
	at, key, begins := d.nextReminder(s, t.Due.Add(-2*newerHas))
	if p := d.company.Person(key); p != nil && !at.After(d.now) && begins.After(d.now) {
		_, _, until := d.stint(s, begins)
		m := Message{Text: text.T(p.Language, "roster.reminder", "schedule", s.Name,
			"when", spanLine(p.Language, p.Zone, d.now, oncall.Interval{Start: begins, End: until}))}
		if err := d.tellPerson(p, m); err != nil {
			return err
		}
	}
	return d.planSchedule(s)
}

// weekly is the next time at which the team's lead is warned, on their own clock.
func (d *Desk) weekly(t *company.Team) time.Time {
	zone, at := t.Zone, d.company.Paging.WeeklyGaps
	if t.Lead != nil && t.Lead.Zone != nil {
		zone = t.Lead.Zone
	}
	if zone == nil {
		zone = d.company.Zone
	}
	for ahead := 0; ; ahead++ {
		date := civil.DateOf(d.now, zone).AddDays(ahead)
		if due := civil.Resolve(zone, date, at.Minute).At; date.Weekday() == at.Day && due.After(d.now) {
			return due
		}
	}
}
