package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"sereno/bot/company"
	"sereno/bot/incident"
	"sereno/bot/oncall"
	"sereno/bot/sla"
	"sereno/bot/text"
)

// Why people are paged.
const (
	reasonAtRisk       = "at_risk"
	reasonBreached     = "breached"
	reasonReclassified = "reclassified"
	reasonEscalated    = "escalated"
)

// escalate begins to page about the incident: its owner first when it has one,
// then the steps of its team's policy. The zero Clock is none in particular.
func (d *Desk) escalate(inc *incident.Incident, reason string, c sla.Clock) error {
	inc.Escalation = incident.Escalation{
		Active: true, Reason: reason, Clock: c.Name, Cycle: c.Cycle, Since: d.now, Step: -1,
		Pages: inc.Escalation.Waiting(),
	}
	d.change(inc)
	if owner := d.person(inc.Owner); owner != nil && reason != reasonEscalated {
		if paged, err := d.page(inc, owner); err != nil || paged {
			if err != nil {
				return err
			}
			return d.escalateAfter(inc, d.firstWait(inc))
		}
	}
	return d.escalateFurther(inc)
}

// firstWait is how long an owner has before the policy begins: as long as the
// first step of the policy has.
func (d *Desk) firstWait(inc *incident.Incident) time.Duration {
	p := d.policy(inc)
	if p == nil {
		return 0
	}
	if len(p.Steps) > 1 {
		return p.Steps[1].After
	}
	return lastWait(p)
}

// lastWait is how long the last step of a policy has before it is recorded that
// nobody acknowledged. A policy that is not repeated need not say.
func lastWait(p *oncall.Policy) time.Duration {
	return cmp.Or(p.RepeatAfter, p.Steps[len(p.Steps)-1].After, 10*time.Minute)
}

func (d *Desk) policy(inc *incident.Incident) *oncall.Policy {
	if t := d.company.Team(inc.Team); t != nil {
		return t.Policy
	}
	return nil
}

// escalateFurther pages the next step of the policy. A step that reaches
// nobody is skipped at once, and that is recorded.
func (d *Desk) escalateFurther(inc *incident.Incident) error {
	if !inc.Escalation.Active || !inc.Open() {
		return nil
	}
	p := d.policy(inc)
	if p == nil {
		return d.policyEnded(inc)
	}
	for tries := 0; tries <= len(p.Steps); tries++ {
		pos, ok := oncall.Position{Step: inc.Escalation.Step, Round: inc.Escalation.Round}, true
		if pos.Step < 0 {
			pos = p.Start()
		} else {
			pos, _, ok = p.Next(pos)
		}
		if !ok {
			return d.policyEnded(inc)
		}
		inc.Escalation.Step, inc.Escalation.Round = pos.Step, pos.Round
		d.change(inc)
		paged, err := d.pageStep(inc, p.Steps[pos.Step])
		if err != nil {
			return err
		}
		if paged {
			_, wait, more := p.Next(pos)
			if !more {
				wait = lastWait(p)
			}
			return d.escalateAfter(inc, wait)
		}
	}
	return d.policyEnded(inc)
}

// policyEnded records that nobody acknowledged.
func (d *Desk) policyEnded(inc *incident.Incident) error {
	inc.Escalation.Active = false
	if err := d.record(inc, incident.Entry{Kind: incident.ESkipped, Actor: botActor, At: d.now, Text: "unacknowledged"}); err != nil {
		return err
	}
	d.bot.Logger.Error("nobody acknowledged", "incident", inc.ID())
	return d.tellTeam(inc, "team.nobody_acknowledged", "id", inc.ID())
}

func (d *Desk) escalateAfter(inc *incident.Incident, wait time.Duration) error {
	return d.tx.SetTimer(d.ctx, Timer{
		Due: d.now.Add(wait).UTC(), Kind: timerEscalation, Incident: inc.Number, Priority: priority(inc),
	})
}

// pageStep pages whom the step reaches; false when that is nobody.
func (d *Desk) pageStep(inc *incident.Incident, s oncall.Step) (bool, error) {
	paged := false
	for _, t := range s.Targets {
		one, err := d.pageTarget(inc, t)
		if err != nil {
			return false, err
		}
		paged = paged || one
	}
	return paged, nil
}

func (d *Desk) pageTarget(inc *incident.Incident, t oncall.Target) (bool, error) {
	team := d.company.Team(inc.Team)
	if t.Kind != oncall.TargetSchedule && t.Kind != oncall.TargetPerson && t.Name != oncall.TeamsOwn {
		team = d.company.Team(t.Name)
	}
	switch t.Kind {
	case oncall.TargetChannel:
		return d.pageChannel(inc, team)
	case oncall.TargetPerson:
		return d.page(inc, d.company.Person(t.Name))
	case oncall.TargetLead:
		if team == nil {
			return d.page(inc, nil)
		}
		return d.page(inc, team.Lead)
	case oncall.TargetTeam:
		return d.pageTeam(inc, team)
	}
	schedule := d.company.Schedule(t.Name)
	if t.Name == oncall.TeamsOwn {
		schedule = team.Schedule
	}
	return d.pageSchedule(inc, t.Name, schedule)
}

// pageTeam pages every agent of the team.
func (d *Desk) pageTeam(inc *incident.Incident, team *company.Team) (bool, error) {
	paged := false
	if team == nil {
		return false, d.skipped(inc, "nobody", "")
	}
	for _, p := range team.Agents {
		one, err := d.page(inc, p)
		if err != nil {
			return false, err
		}
		paged = paged || one
	}
	return paged, nil
}

func (d *Desk) pageSchedule(inc *incident.Incident, name string, schedule *oncall.Schedule) (bool, error) {
	if schedule == nil {
		return false, d.skipped(inc, "no_schedule", name)
	}
	person, _, ok := d.onCall(schedule)
	if !ok {
		return false, d.skipped(inc, "nobody_on_call", schedule.Name)
	}
	if esc := inc.Escalation; esc.Step == 0 && esc.Round == 0 && esc.Reason != reasonEscalated && person == inc.Owner {
		return false, d.skipped(inc, "just_paged", person) // the owner, who has not answered
	}
	return d.page(inc, d.company.Person(person))
}

// page pages a person; false when there is no way to reach them.
func (d *Desk) page(inc *incident.Incident, p *company.Person) (bool, error) {
	if p == nil {
		return false, d.skipped(inc, "nobody", "")
	}
	platform, id, ok := d.bot.reach(p, inc.Platform)
	if !ok {
		return false, d.skipped(inc, "unreachable", p.Key)
	}
	out, err := d.pageOf(inc, p.Language, p.Zone)
	if err != nil {
		return false, err
	}
	out.Platform, out.User = platform, id
	out.Message.Mentions = []string{id}
	return true, d.sendPage(inc, out, p.Key)
}

func (d *Desk) pageChannel(inc *incident.Incident, team *company.Team) (bool, error) {
	ch, ok := d.bot.teamChannel(team, inc.Platform)
	if !ok {
		return false, d.skipped(inc, "no_channel", inc.Team)
	}
	out, err := d.pageOf(inc, team.Language, team.Zone)
	if err != nil {
		return false, err
	}
	out.Platform, out.Channel = ch.Platform, ch.ID
	out.Message.Groups = team.Groups[ch.Platform]
	return true, d.sendPage(inc, out, team.Key)
}

func (d *Desk) sendPage(inc *incident.Incident, out Delivery, whom string) error {
	id, err := d.say(out)
	if err != nil {
		return err
	}
	inc.Escalation.Pages = append(inc.Escalation.Pages, incident.Place{
		Delivery: id, Platform: out.Platform, Channel: out.Channel, User: out.User, Reader: whom,
	})
	return d.record(inc, incident.Entry{
		Kind: incident.EPaged, Actor: whom, At: d.now, Value: inc.Escalation.Reason, Text: string(inc.Escalation.Clock),
	})
}

// skipped records a step that reached nobody.
func (d *Desk) skipped(inc *incident.Incident, why, what string) error {
	d.bot.Logger.Warn("escalation step reached nobody", "incident", inc.ID(), "why", why, "what", what)
	return d.record(inc, incident.Entry{Kind: incident.ESkipped, Actor: botActor, At: d.now, Text: why, Value: what})
}

// reach finds a platform on which the person can be written to: the preferred
// one if possible, one that only goes one way when there is no other.
func (b *Bot) reach(p *company.Person, preferred string) (platform, id string, ok bool) {
	if platform, id, ok = b.talk(p, preferred); ok {
		return platform, id, ok
	}
	for _, a := range b.Adapters {
		if id := p.Identities[a.Platform()]; id != "" && b.usable(a.Platform()) {
			return a.Platform(), id, true
		}
	}
	return "", "", false
}

// talk finds a platform on which the person can be talked with: the preferred
// one if possible.
func (b *Bot) talk(p *company.Person, preferred string) (platform, id string, ok bool) {
	if id := p.Identities[preferred]; id != "" && b.talks(preferred) {
		return preferred, id, true
	}
	for _, a := range b.Adapters {
		if id := p.Identities[a.Platform()]; id != "" && b.talks(a.Platform()) {
			return a.Platform(), id, true
		}
	}
	return "", "", false
}

// teamChannel finds a channel of the team that can be written to.
func (b *Bot) teamChannel(t *company.Team, preferred string) (company.ChannelID, bool) {
	if t == nil {
		return company.ChannelID{}, false
	}
	if id, ok := t.ChannelOn(preferred); ok && b.talks(preferred) {
		return company.ChannelID{Platform: preferred, ID: id}, true
	}
	for _, ch := range t.Channels {
		if b.talks(ch.Platform) {
			return ch, true
		}
	}
	return company.ChannelID{}, false
}

// Acknowledge says that the actor has seen a page and acts. Agents.
func (d *Desk) Acknowledge(id string) error {
	inc, err := d.find(id)
	if err != nil {
		return err
	}
	if inc.Escalation.AckedBy != "" {
		return Refuse("refuse.acknowledged", "id", inc.ID(), "name", d.name(inc.Escalation.AckedBy))
	}
	if !inc.Escalation.Unanswered() {
		return Refuse("refuse.no_page", "id", inc.ID())
	}
	if err := d.handled(inc); err != nil {
		return err
	}
	return d.done("done.acknowledged", "id", inc.ID())
}

// EscalateNow pages the next step at once, without waiting for the delay. Agents.
func (d *Desk) EscalateNow(id string) error {
	inc, err := d.find(id)
	if err != nil {
		return err
	}
	if !inc.Open() {
		return d.notOpen(inc)
	}
	before := len(inc.Escalation.Waiting())
	if inc.Escalation.Active {
		err = d.escalateFurther(inc)
	} else {
		err = d.escalate(inc, reasonEscalated, sla.Clock{})
	}
	if err != nil {
		return err
	}
	if len(inc.Escalation.Pages) == before {
		return d.done("done.escalated_nobody", "id", inc.ID())
	}
	return d.done("done.escalated", "id", inc.ID())
}

// escalateAnew begins with the first step again, if the paging goes on: another
// team has another policy.
func (d *Desk) escalateAnew(inc *incident.Incident) error {
	if !inc.Escalation.Active {
		return nil
	}
	inc.Escalation.Step, inc.Escalation.Round = -1, 0
	return d.escalateFurther(inc)
}

// handled ends the paging, if nobody had answered it: somebody acts.
func (d *Desk) handled(inc *incident.Incident) error {
	esc := &inc.Escalation
	if !esc.Unanswered() {
		return nil
	}
	esc.Active, esc.AckedBy, esc.AckedAt = false, d.author(), d.at
	if err := d.record(inc, incident.Entry{Kind: incident.EAcked}); err != nil {
		return err
	}
	if err := d.tx.CancelTimer(d.ctx, timerEscalation, inc.Number, ""); err != nil {
		return err
	}
	return d.settlePages(inc)
}

// deliveryDied gives a delivery up and sees to what follows: a page that
// cannot be delivered is escalated at once, and the team learns of the rest.
func (b *Bot) deliveryDied(ctx context.Context, tx Tx, out *Delivery, cause error, now time.Time) error {
	if err := tx.DeliveryDead(ctx, out.ID, now, cause.Error()); err != nil {
		return err
	}
	switch {
	case out.Kind == Fetch:
		return b.fileLost(ctx, tx, out, now)
	case out.Kind == OpenForm && out.Form != nil:
		if err := b.askInstead(ctx, tx, out, now); err != nil {
			return err
		}
	}
	n, ok := incident.ParseID(out.Incident)
	if !ok {
		return nil
	}
	d := b.desk(ctx, tx, nil, now)
	inc, err := d.incident(n)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	err = d.record(inc, incident.Entry{Kind: incident.EUndelivered, Actor: botActor, Value: string(out.Kind), Text: cause.Error()})
	if err != nil {
		return err
	}
	switch {
	case out.Kind == Page:
		if n := len(inc.Escalation.Pages); n > 0 && inc.Escalation.Pages[n-1].Delivery == out.ID {
			err = d.escalateFurther(inc)
		} // else others were paged after it
	case out.Purpose == purposeAnswer, // an edit or a withdrawal of it too
		out.Kind == Post && out.Purpose != purposeTold && out.Purpose != purposeNotice:
		err = d.tellTeam(inc, "team.undelivered", "id", inc.ID(), "what", text.T(d.company.Language, "delivery."+string(out.Kind)))
	}
	if err != nil {
		return fmt.Errorf("after an undelivered %s: %w", out.Kind, err)
	}
	card := inc.Card.Delivery
	if err := d.finish(); err != nil || out.ID != card && out.Target.Delivery != card || out.Purpose != purposeCard {
		return err
	}
	// Perhaps somebody deleted it, or we were not in the channel yet: the next
	// change of the incident posts another.
	inc.Card = incident.Place{}
	return tx.SaveIncident(ctx, inc)
}
