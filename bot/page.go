package bot

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"sereno/bot/company"
	"sereno/bot/incident"
)

// page asks a person to act, through the first of their channels; false when
// there is no way to reach them now. Who has been asked just now is reached.
func (d *Desk) page(inc *incident.Incident, p *company.Person) (bool, error) {
	if p == nil {
		return false, d.skipped(inc, "nobody", "")
	}
	away, err := d.leftAlone(inc, p)
	if err != nil {
		return false, err
	}
	if away {
		return false, d.skipped(inc, "away", p.Key)
	}
	if until, ok := d.quiet(inc, p); ok {
		if err := d.tx.SetTimer(d.ctx, Timer{Due: until.UTC(), Kind: timerQuiet, Incident: inc.Number, Subject: p.Key, Priority: priority(inc)}); err != nil {
			return false, err
		}
		return false, d.skipped(inc, "quiet", p.Key)
	}
	asked, err := d.asked(inc, p.Key)
	if err != nil {
		return false, err
	}
	if asked {
		return true, d.justPaged(inc, p.Key)
	}
	joined, err := d.join(inc, p.Key)
	if err != nil || joined {
		return joined, err
	}
	reached, err := d.through(inc, p, 0, nil)
	if err == nil && !reached {
		err = d.skipped(inc, "unreachable", p.Key)
	}
	return reached, err
}

// asked reports whether the person (or channel) has been paged in this round: one page
// per incident, which says why they are paged now. To have been reminded, or handed
// it, is as good.
func (d *Desk) asked(inc *incident.Incident, key string) (bool, error) {
	esc := &inc.Escalation
	pages, err := d.tx.PagesOf(d.ctx, inc.Number)
	return slices.ContainsFunc(pages, func(p PageRecord) bool {
		return p.Person == key && p.Round == esc.Round && !p.At.Before(esc.Since) && p.Step != lastResortStep == !esc.Last
	}), err
}

// lastResortStep is the Step of a page of the last resort.
const lastResortStep = -2

func stepOf(esc *incident.Escalation) int {
	if esc.Last {
		return lastResortStep
	}
	return esc.Step
}

// through pages the person through the first of their channels from the given
// one on that can be used now; false when there is none. The page is about the
// incident and those with it.
func (d *Desk) through(inc *incident.Incident, p *company.Person, rule int, with []*incident.Incident) (bool, error) {
	ways := d.bot.ways(p, inc.Platform)
	for ; rule < len(ways); rule++ {
		w := ways[rule]
		rec := d.newPage(inc, p.Key)
		rec.Platform, rec.Address, rec.Rule = w.platform, w.address, rule
		if !d.bot.usable(w.platform) { // it is part of the proof that it was not passed over for nothing
			rec.Failed, rec.Cause = d.now, d.bot.whyUnusable(w.platform)
			if err := d.tx.AddPage(d.ctx, &rec); err != nil {
				return false, err
			}
			continue
		}
		return true, d.sendPage(inc, rec, with)
	}
	return false, nil
}

func (d *Desk) newPage(inc *incident.Incident, key string) PageRecord {
	esc := &inc.Escalation
	return PageRecord{
		Incident: inc.Number, Person: key, Clock: string(esc.Clock), Reason: esc.Reason, Severity: string(inc.Severity),
		Step: stepOf(esc), Round: esc.Round, Drill: inc.Drill, At: d.now,
	}
}

// pageChannel pages everybody in a team's channel.
func (d *Desk) pageChannel(inc *incident.Incident, team *company.Team) (bool, error) {
	asked, err := d.asked(inc, team.Key)
	if err != nil {
		return false, err
	}
	if asked {
		return true, d.justPaged(inc, team.Key)
	}
	if joined, err := d.join(inc, team.Key); err != nil || joined {
		return joined, err
	}
	ch, ok := d.bot.teamChannel(team, inc.Platform)
	if !ok {
		return false, d.skipped(inc, "no_channel", team.Key)
	}
	rec := d.newPage(inc, team.Key)
	rec.Platform, rec.Address = ch.Platform, ch.ID
	return true, d.sendPage(inc, rec, nil)
}

// sendPage queues the page and waits, for a while, for the platform's word.
func (d *Desk) sendPage(inc *incident.Incident, rec PageRecord, with []*incident.Incident) error {
	if len(with) > 0 { // the buttons of a list name the page
		if err := d.tx.AddPage(d.ctx, &rec); err != nil {
			return err
		}
	}
	members := []PageRecord{rec}
	for _, other := range with {
		member := d.newPage(other, rec.Person)
		member.Platform, member.Address, member.Rule, member.Group = rec.Platform, rec.Address, rec.Rule, rec.ID
		if err := d.tx.AddPage(d.ctx, &member); err != nil {
			return err
		}
		members = append(members, member)
	}
	if err := d.supersede(inc, &rec); err != nil {
		return err
	}
	out, err := d.pageDelivery(inc, &rec, members)
	if err != nil {
		return err
	}
	if rec.Delivery, err = d.say(out); err != nil {
		return err
	}
	write := func() error { return d.tx.SavePage(d.ctx, rec) }
	if rec.ID == 0 {
		write = func() error { return d.tx.AddPage(d.ctx, &rec) }
	}
	if err := write(); err != nil {
		return err
	}
	place := incident.Place{
		Delivery: rec.Delivery, Platform: out.Platform, Channel: out.Channel, User: out.User, Reader: rec.Person, Page: rec.ID,
	}
	for _, about := range append([]*incident.Incident{inc}, with...) {
		about.Escalation.Pages = append(about.Escalation.Pages, place)
		if err := d.recordPaged(about, &rec); err != nil {
			return err
		}
	}
	return d.expect(&rec, d.now.Add(d.company.Paging.Patience))
}

// supersede gives up earlier pages about the incident to the same reader that no
// platform has taken so far: this one goes in their place, and at once, not behind
// what waits to be tried again. Where it is the first of another round, those through
// other channels too, which follow it again.
func (d *Desk) supersede(inc *incident.Incident, rec *PageRecord) error {
	pages, err := d.tx.PagesOf(d.ctx, inc.Number)
	if err != nil {
		return err
	}
	for _, p := range pages {
		waits := p.Delivery != 0 && p.Accepted.IsZero() && !p.Failed.IsZero() && p.Cause != superseded
		if !waits || p.ID == rec.ID || p.Group != 0 || p.Person != rec.Person || p.Platform != rec.Platform && rec.Rule > 0 {
			continue
		}
		with, err := d.members(&p)
		if err != nil {
			return err
		}
		if len(with) > 1 { // a list, of other incidents too
			continue
		}
		if err := d.tx.DeliveryDead(d.ctx, p.Delivery, d.now, superseded); err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		p.Cause = superseded
		if err := d.tx.SavePage(d.ctx, p); err != nil {
			return err
		}
	}
	return nil
}

// Causes of our own for which a page failed, in the words of logs and exports.
const (
	superseded   = "a later page took its place" // before it could be tried again
	notInTime    = "not accepted in time"
	notConnected = "not connected"
)

// ownCauses are the keys of what people read for them.
var ownCauses = map[string]string{
	superseded: "cause.superseded", notInTime: "cause.not_in_time", notConnected: "cause.not_connected",
}

// recordPaged writes the page into the incident's history.
func (d *Desk) recordPaged(inc *incident.Incident, rec *PageRecord) error {
	e := incident.Entry{
		Kind: incident.EPaged, Actor: rec.Person, At: d.now, Value: inc.Escalation.Reason, Text: string(inc.Escalation.Clock),
	}
	if rec.Rule > 0 {
		e.Old = rec.Platform
	}
	return d.record(inc, e)
}

// pageDelivery is the page as it goes out.
func (d *Desk) pageDelivery(inc *incident.Incident, rec *PageRecord, members []PageRecord) (Delivery, error) {
	out := Delivery{
		Kind: Page, Platform: rec.Platform, Incident: inc.ID(), Purpose: purposePage,
		Clock: rec.Clock, Reason: rec.Reason, Priority: priority(inc), Severity: rec.Severity,
	}
	m, due, err := d.pageOf(rec, members)
	if err != nil {
		return out, err
	}
	out.Message, out.Due = m, due
	if team := d.company.Team(rec.Person); team != nil && d.company.Person(rec.Person) == nil {
		out.Channel, out.Message.Groups = rec.Address, team.Groups[rec.Platform]
		return out, nil
	}
	out.User, out.Message.Mentions = rec.Address, []string{rec.Address}
	return out, nil
}

// showPages notes that the incident's pages would read differently; they are
// edited when everything is decided.
func (d *Desk) showPages(inc *incident.Incident) {
	for _, p := range inc.Escalation.Pages {
		if !slices.Contains(d.stalePages, p.Page) {
			d.stalePages = append(d.stalePages, p.Page)
		}
	}
	d.change(inc)
}

// refreshPages edits the pages that read differently now. Where nothing that was
// sent can be changed, nothing is sent.
func (d *Desk) refreshPages() error {
	stale := slices.Concat(d.stalePages, d.listed)
	d.stalePages, d.listed = nil, nil
	slices.Sort(stale) // as everybody takes them, so that none waits for another that waits for it
	for _, id := range slices.Compact(stale) {
		rec, err := d.tx.PageAt(d.ctx, id)
		if errors.Is(err, ErrNotFound) {
			continue // of an earlier version
		}
		if err != nil {
			return err
		}
		if err := d.editPage(rec); err != nil {
			return fmt.Errorf("edit page %d: %w", id, err)
		}
	}
	return nil
}

func (d *Desk) editPage(rec *PageRecord) error {
	if a := d.bot.adapters[rec.Platform]; a == nil || a.Features().OneWay || rec.Delivery == 0 {
		return nil
	}
	m, err := d.pageMessage(rec)
	if err != nil {
		return err
	}
	out := Delivery{
		Kind: Update, Platform: rec.Platform, Target: Ref{Delivery: rec.Delivery}, Incident: incidentID(rec.Incident),
		Purpose: purposePage, Message: m,
	}
	if d.company.Person(rec.Person) == nil {
		out.Channel = rec.Address
	} else {
		out.User = rec.Address
	}
	_, err = d.say(out)
	return err
}

// actedOn notes that the actor acted on what they were paged for. Who presses a
// button of the page in a channel answers for the channel.
func (d *Desk) actedOn(inc *incident.Incident) error {
	if d.event == nil {
		return nil
	}
	pages, err := d.tx.PagesOf(d.ctx, inc.Number)
	if err != nil {
		return err
	}
	for _, p := range pages {
		theirs := p.Person == d.author() || p.Platform == d.event.Platform && p.Address == d.event.Channel
		if !theirs || !p.Acted.IsZero() || d.at.Before(p.At) || p.Accepted.IsZero() && p.Delivery != 0 {
			continue
		}
		p.Acted = d.at
		if err := d.tx.SavePage(d.ctx, p); err != nil {
			return err
		}
	}
	return nil
}

// way is one channel of a person.
type way struct {
	platform, address string
	after             time.Duration
}

// ways are the channels in which a person is paged, in their order. Who has not
// said is reached in every identity: where the incident is talked about first,
// then in the other chats, then where only calls go.
func (b *Bot) ways(p *company.Person, preferred string) (out []way) {
	if p.Reach != nil {
		for _, r := range p.Reach {
			if id := p.Identities[r.Platform]; id != "" && b.adapters[r.Platform] != nil {
				out = append(out, way{r.Platform, id, r.After})
			}
		}
		return out
	}
	for _, oneWay := range []bool{false, true} {
		for _, a := range b.Adapters {
			name := a.Platform()
			if id := p.Identities[name]; id != "" && a.Features().OneWay == oneWay {
				w := way{name, id, company.DefaultReachAfter}
				if name == preferred {
					out = slices.Insert(out, 0, w)
				} else {
					out = append(out, w)
				}
			}
		}
	}
	return out
}

// whyUnusable says why nothing can be sent on the platform.
func (b *Bot) whyUnusable(platform string) string {
	if cause := b.lost.get(platform); cause != nil {
		return cause.Error()
	}
	return notConnected
}

func pageSubject(id int64) string { return strconv.FormatInt(id, 10) }
