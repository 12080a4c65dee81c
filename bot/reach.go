package bot

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"sereno/bot/company"
	"sereno/bot/incident"
	"sereno/bot/oncall"
	"sereno/bot/sla"
)

// expect sets when the next channel of the person is looked at.
func (d *Desk) expect(p *PageRecord, at time.Time) error {
	return d.tx.SetTimer(d.ctx, Timer{
		Due: at.UTC(), Kind: timerReach, Incident: p.Incident, Subject: pageSubject(p.ID),
		Priority: priority(&incident.Incident{Severity: sla.Severity(p.Severity)}),
	})
}

func (d *Desk) expectNoMore(p *PageRecord) error {
	return d.tx.CancelTimer(d.ctx, timerReach, p.Incident, pageSubject(p.ID))
}

// reachDue looks at a page whose time is over: its platform has not accepted it,
// or the person has not acknowledged.
func (d *Desk) reachDue(subject string) error {
	id, err := strconv.ParseInt(subject, 10, 64)
	if err != nil {
		return nil // of an earlier version
	}
	p, err := d.tx.PageAt(d.ctx, id)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if p.Accepted.IsZero() && p.Failed.IsZero() {
		p.Failed, p.Cause = d.now, notInTime
		if err := d.tx.SavePage(d.ctx, *p); err != nil {
			return err
		}
		return d.pageStuck(p, false)
	}
	_, err = d.nextWay(p)
	return err
}

// pageStuck goes on where a channel does not take a page: to the person's next
// one at once, and when there is none, to the next step, if that would be
// reached another way or this one never will be (for good).
func (d *Desk) pageStuck(p *PageRecord, forGood bool) error {
	if err := d.expectNoMore(p); err != nil {
		return err
	}
	moved, err := d.nextWay(p)
	if err != nil || moved || p.Incident == 0 {
		return err
	}
	about, err := d.asking(p, d.incident)
	if err != nil {
		return err
	}
	for _, inc := range about {
		waits, err := d.otherPages(inc)
		if err != nil {
			return err
		}
		if waits || inc.Escalation.Last || !forGood && !d.elsewhere(inc, p.Platform) {
			continue
		}
		if err := d.skipped(inc, "unreachable", p.Person); err != nil {
			return err
		}
		if err := d.escalateFurther(inc, true); err != nil {
			return err
		}
	}
	return nil
}

// nextWay pages the person of the page through their next channel, while
// somebody must act; false when they have none, or it has been used.
func (d *Desk) nextWay(p *PageRecord) (bool, error) {
	person := d.company.Person(p.Person)
	about, err := d.asking(p, d.incident)
	if err != nil || len(about) == 0 || person == nil {
		return len(about) == 0, err
	}
	for _, inc := range about {
		pages, err := d.tx.PagesOf(d.ctx, inc.Number)
		if err != nil {
			return false, err
		}
		for _, q := range pages {
			if q.ID > p.ID && q.Person == p.Person && q.Rule > p.Rule && q.Round == p.Round {
				return true, nil
			}
		}
	}
	return d.through(about[0], person, p.Rule+1, about[1:])
}

// asking are the incidents of the page's message about which somebody must still
// act, and for which it is the person's latest round; read is how they are read.
func (d *Desk) asking(p *PageRecord, read func(int) (*incident.Incident, error)) ([]*incident.Incident, error) {
	members, err := d.members(p)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(members, func(a, b PageRecord) int { return cmp.Compare(a.Incident, b.Incident) }) // as everybody takes them
	var out []*incident.Incident
	for _, m := range members {
		if m.Incident == 0 {
			continue
		}
		inc, err := read(m.Incident)
		if err != nil {
			return nil, err
		}
		if esc := &inc.Escalation; inc.Open() && esc.Active && !m.At.Before(esc.Since) && m.Round == esc.Round {
			out = append(out, inc)
		}
	}
	return out, nil
}

// otherPages reports whether somebody of the incident's present step has a page
// that may still reach them.
func (d *Desk) otherPages(inc *incident.Incident) (bool, error) {
	esc := &inc.Escalation
	pages, err := d.tx.PagesOf(d.ctx, inc.Number)
	for _, p := range pages {
		if !p.At.Before(esc.Since) && p.Step == stepOf(esc) && p.Round == esc.Round && p.Failed.IsZero() {
			return true, err
		}
	}
	return false, err
}

// elsewhere reports whether the next step of this round would page somebody
// through another platform: when the only one hangs, to run through the whole
// policy would help nobody.
func (d *Desk) elsewhere(inc *incident.Incident, platform string) bool {
	p := d.policy(inc)
	pos, ok := d.nextPosition(p, inc)
	if !ok || pos.Round != inc.Escalation.Round {
		return false
	}
	for _, t := range p.Steps[pos.Step].Targets {
		for _, person := range d.peopleOf(inc, t) {
			for _, w := range d.bot.ways(person, inc.Platform) {
				if w.platform != platform && d.bot.usable(w.platform) {
					return true
				}
			}
		}
		if t.Kind == oncall.TargetChannel {
			if ch, ok := d.bot.teamChannel(d.teamOf(inc, t), inc.Platform); ok && ch.Platform != platform {
				return true
			}
		}
	}
	return false
}

// peopleOf are the people whom a target names now.
func (d *Desk) peopleOf(inc *incident.Incident, t oncall.Target) []*company.Person {
	var out []*company.Person
	team := d.teamOf(inc, t)
	switch t.Kind {
	case oncall.TargetPerson:
		out = append(out, d.company.Person(t.Name))
	case oncall.TargetSchedule:
		if who, ok := d.onCall(d.scheduleOf(inc, t.Name)); ok {
			out = append(out, d.company.Person(who))
		}
	case oncall.TargetLead:
		if team != nil {
			out = append(out, team.Lead)
		}
	case oncall.TargetTeam:
		if team != nil {
			out = append(out, team.Agents...)
		}
	}
	return withoutNobody(out)
}

func withoutNobody(in []*company.Person) (out []*company.Person) {
	for _, p := range in {
		if p != nil {
			out = append(out, p)
		}
	}
	return out
}

// pagesOwn is the delivery of the page that this one is, or is an edit of.
func pagesOwn(out *Delivery) int64 {
	if out.Kind == Update {
		return out.Target.Delivery
	}
	return out.ID
}

// pageAccepted notes that a platform has a page, or the edit of one into which
// others were put; it is among those given, and they after it. Unless somebody
// acts, the person's next channel follows.
func (d *Desk) pageAccepted(out *Delivery, pages []PageRecord) error {
	at := slices.IndexFunc(pages, func(p PageRecord) bool { return p.Group == 0 && p.Delivery == pagesOwn(out) })
	if at < 0 {
		return nil
	}
	p := pages[at]
	talks := d.bot.talks(p.Platform)
	for i := at; i < len(pages) && (i == at || pages[i].Group == p.ID); i++ {
		m := &pages[i] // also for the next that is told of it
		if !m.Accepted.IsZero() || m.At.After(out.At) {
			continue
		}
		m.Accepted, m.Failed, m.Cause = d.now, time.Time{}, ""
		if talks { // what a chat has, it shows
			m.Delivered = d.now
		}
		if err := d.tx.SavePage(d.ctx, *m); err != nil {
			return err
		}
	}
	if !p.Accepted.IsZero() || p.Incident == 0 {
		return nil
	}
	return d.expectAnswer(&p)
}

// expectAnswer sets when the person's next channel is used.
func (d *Desk) expectAnswer(p *PageRecord) error {
	if person := d.company.Person(p.Person); person != nil {
		// Where the incident is talked about changes which way is first, not the waits.
		if ways := d.bot.ways(person, p.Platform); p.Rule+1 < len(ways) {
			at := p.At.Add(ways[p.Rule+1].after)
			if at.Before(d.now) {
				at = d.now
			}
			return d.expect(p, at)
		}
	}
	return d.expectNoMore(p)
}

// pageFared hears what became of a page after its platform took it: it reached
// the person, was seen, or did not arrive after all.
func (d *Desk) pageFared() error {
	p, err := d.tx.PageBy(d.ctx, d.event.Delivery)
	if errors.Is(err, ErrNotFound) || err == nil && p.Platform != d.event.Platform {
		return nil
	}
	if err != nil {
		return err
	}
	members, err := d.members(p)
	if err != nil {
		return err
	}
	for _, m := range members {
		m.fared(d.event.Kind, d.at, shorten(d.event.Text, maxLine))
		if err := d.tx.SavePage(d.ctx, m); err != nil {
			return err
		}
	}
	if d.event.Kind == PageFailed {
		return d.pageStuck(p, true)
	}
	return nil
}

func (p *PageRecord) fared(how EventKind, at time.Time, cause string) {
	switch {
	case how == PageFailed && p.Acted.IsZero():
		p.Failed, p.Cause = at, cause
	case how == PageSeen:
		p.Seen = earlier(p.Seen, at)
		p.Delivered = earlier(p.Delivered, at)
	case how == PageDelivered:
		p.Delivered = earlier(p.Delivered, at)
	}
}

// pageTroubled moves a page on whose platform failed to take it: for good, or
// for now, while it is tried again. When a platform asks us to wait for no longer
// than we would anyway, we do.
func (b *Bot) pageTroubled(ctx context.Context, tx Tx, out *Delivery, cause error, forGood bool, wait time.Duration, now time.Time) error {
	d := b.desk(ctx, tx, nil, now)
	p, err := tx.PageBy(ctx, out.ID)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if !forGood && (!p.Failed.IsZero() || wait > 0 && now.Add(wait).Sub(p.At) < d.company.Paging.Patience) {
		return nil
	}
	members, err := d.members(p)
	if err != nil {
		return err
	}
	for _, m := range members {
		if m.ID == p.ID || m.Failed.IsZero() {
			m.Failed, m.Cause = now, shorten(cause.Error(), maxLine)
			if err := tx.SavePage(ctx, m); err != nil {
				return err
			}
		}
	}
	p.Failed = now
	if err := d.pageStuck(p, forGood); err != nil {
		return err
	}
	return d.finish()
}
