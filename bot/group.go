package bot

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"sereno/bot/company"
	"sereno/bot/incident"
	"sereno/bot/sla"
)

// A storm is told in one message: what a person is paged for within a while of a
// page that still waits is put into that page's message, which then lists the
// incidents. Each incident keeps its own escalation and its own proof. What is
// graver than the page, or comes round again, pages anew.

// maxShown is how many incidents a page lists, and how many come one by one: the
// list of a greater storm is brought up to date every now and then.
const (
	maxShown   = 20
	groupEvery = 5 * time.Second
)

// join puts the incident into the message of a page of the person (or team's
// channel) that still waits; false when it must page anew.
func (d *Desk) join(inc *incident.Incident, key string) (bool, error) {
	esc := &inc.Escalation
	if esc.Reason == reasonReminder || esc.Reason == reasonHandedOver || inc.Drill {
		return false, nil
	}
	own, err := d.tx.OpenPage(d.ctx, key, d.now.Add(-d.company.Paging.GroupWithin))
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	fits, err := d.fits(inc, own)
	if err != nil || !fits {
		return false, err
	}
	others, err := d.tx.PagesIn(d.ctx, own.ID, maxShown)
	if err != nil {
		return false, err
	}
	member := d.newPage(inc, key)
	member.Platform, member.Address, member.Rule, member.Group = own.Platform, own.Address, own.Rule, own.ID
	if err := d.tx.AddPage(d.ctx, &member); err != nil {
		return false, err
	}
	place := incident.Place{Delivery: own.Delivery, Platform: own.Platform, Reader: key, Page: own.ID}
	if d.company.Person(key) == nil {
		place.Channel = own.Address
	} else {
		place.User = own.Address
	}
	esc.Pages = append(esc.Pages, place)
	if err := d.recordPaged(inc, &member); err != nil {
		return false, err
	}
	if len(others)+1 < maxShown {
		d.showPages(inc)
		return true, nil
	}
	d.longPages = append(d.longPages, own.ID)
	return true, nil
}

// listLater sets when pages are brought up to date that are not edited each time.
func (d *Desk) listLater() error {
	long := d.longPages
	d.longPages = nil
	slices.Sort(long) // as everybody takes them
	every := int64(groupEvery / time.Second)
	at := time.Unix((d.now.Unix()/every+1)*every, 0).UTC()
	for _, id := range slices.Compact(long) {
		// In a storm it is set most often: nobody waits for another that sets it.
		set, err := d.tx.TimerAt(d.ctx, timerGroup, 0, pageSubject(id))
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		if err == nil && set.Due.Equal(at) {
			continue
		}
		if err := d.tx.SetTimer(d.ctx, Timer{Due: at, Kind: timerGroup, Subject: pageSubject(id)}); err != nil {
			return err
		}
	}
	return nil
}

// fits reports whether the incident can be told in the page's message: it waits
// and can be edited, is of the same team, at least as grave, of this round, and
// like it the last resort's or not.
func (d *Desk) fits(inc *incident.Incident, own *PageRecord) (bool, error) {
	esc := &inc.Escalation
	a := d.bot.adapters[own.Platform]
	switch {
	case own.Incident == 0 || own.Incident == inc.Number || own.Drill || own.Step == lastResortStep != esc.Last:
		return false, nil
	case a == nil || !d.bot.talks(own.Platform) || !a.Features().Edits:
		return false, nil
	case own.Round < esc.Round || worse(esc.Reason) && !worse(own.Reason):
		return false, nil
	case slices.Index(sla.Severities, sla.Severity(own.Severity)) > slices.Index(sla.Severities, inc.Severity):
		return false, nil
	}
	with, err := d.peek(own.Incident)
	if err != nil {
		return false, err
	}
	if with.Team != inc.Team {
		return false, nil
	}
	if with.Open() && with.Escalation.Active {
		return true, nil
	}
	about, err := d.asking(own, d.peek)
	return len(about) > 0, err
}

// members are the page and those that were put into its message.
func (d *Desk) members(p *PageRecord) ([]PageRecord, error) {
	put, err := d.tx.PagesIn(d.ctx, p.ID, 0)
	return append([]PageRecord{*p}, put...), err
}

// groupDue brings the list of a great storm up to date.
func (d *Desk) groupDue(subject string) error {
	if id, err := strconv.ParseInt(subject, 10, 64); err == nil {
		d.listed = append(d.listed, id)
	}
	return nil
}

// groupOfPage finds the page whose message a button was on, and its incidents.
func (d *Desk) groupOfPage(value string) ([]*incident.Incident, error) {
	if err := d.must(company.Agent); err != nil {
		return nil, err
	}
	_, id, _ := strings.Cut(value, ":")
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return nil, Refuse("refuse.gone")
	}
	p, err := d.tx.PageAt(d.ctx, n)
	if errors.Is(err, ErrNotFound) {
		return nil, Refuse("refuse.gone")
	}
	if err != nil {
		return nil, err
	}
	members, err := d.members(p)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(members, func(a, b PageRecord) int { return cmp.Compare(a.Incident, b.Incident) }) // as everybody takes them
	var out []*incident.Incident
	for _, m := range members {
		inc, err := d.incident(m.Incident)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(out, inc) {
			out = append(out, inc)
		}
	}
	return out, nil
}

// acknowledgeAll acknowledges every incident of a page that still waits.
func (d *Desk) acknowledgeAll(value string) error {
	about, err := d.groupOfPage(value)
	if err != nil {
		return err
	}
	n := 0
	for _, inc := range about {
		asks := slices.ContainsFunc(inc.Escalation.Pages, func(p incident.Place) bool { return pageValue(p.Page) == value })
		if !asks || !inc.Escalation.Unanswered() || !inc.Open() {
			continue // another page asks, of another team perhaps
		}
		n++
		if err := d.handled(inc); err != nil {
			return err
		}
	}
	if n == 0 {
		return Refuse("refuse.all_acknowledged")
	}
	return nil
}

// pageValue is how a page's buttons name it.
func pageValue(page int64) string { return fmt.Sprintf("page:%d", page) }

// listPage lists the incidents of a page, privately.
func (d *Desk) listPage(value string) error {
	about, err := d.groupOfPage(value)
	if err != nil {
		return err
	}
	return d.Reply(d.listOf(about))
}

// peek reads an incident that is only looked at, without keeping others from
// changing it: a transaction that changes one must not wait for another's.
func (d *Desk) peek(number int) (*incident.Incident, error) {
	if inc := d.loaded[number]; inc != nil {
		return inc, nil
	}
	found, err := d.tx.Incidents(d.ctx, IncidentQuery{After: number - 1, Limit: 1})
	if err != nil {
		return nil, err
	}
	if len(found) == 0 || found[0].Number != number {
		return nil, fmt.Errorf("read %s: %w", incident.FormatID(number), ErrNotFound)
	}
	return found[0], nil
}

// peekAll reads the incidents of a page's message as peek reads one, and the
// histories of those that it lists.
func (d *Desk) peekAll(members []PageRecord) (map[int]*incident.Incident, map[int][]incident.Entry, error) {
	about, numbers := map[int]*incident.Incident{}, make([]int, len(members))
	for i, m := range members {
		numbers[i] = m.Incident
		if inc := d.loaded[m.Incident]; inc != nil {
			about[m.Incident] = inc
		}
	}
	found, err := d.tx.Incidents(d.ctx, IncidentQuery{Numbers: numbers})
	if err != nil {
		return nil, nil, err
	}
	for _, inc := range found {
		if about[inc.Number] == nil {
			about[inc.Number] = inc
		}
	}
	for _, n := range numbers {
		if about[n] == nil {
			return nil, nil, fmt.Errorf("read %s: %w", incident.FormatID(n), ErrNotFound)
		}
	}
	histories, err := d.tx.Histories(d.ctx, IncidentQuery{Numbers: numbers[:min(len(numbers), maxShown)]})
	return about, histories, err
}
