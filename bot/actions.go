package bot

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"sereno/bot/company"
	"sereno/bot/incident"
	"sereno/bot/sla"
	"sereno/bot/text"
)

// find is the incident that an agent names, or, when nothing is named, the one
// whose thread they are in. It is for our own people only.
func (d *Desk) find(id string) (*incident.Incident, error) {
	if err := d.must(company.Agent); err != nil {
		return nil, err
	}
	return d.lookup(id)
}

// lookup finds an incident by what a person typed, or by the thread. The
// caller has checked what the person may see.
func (d *Desk) lookup(id string) (*incident.Incident, error) {
	if id == "" {
		root, err := d.root()
		if err != nil {
			return nil, err
		}
		if root == nil || root.Incident == 0 {
			return nil, Refuse("refuse.which_incident")
		}
		return d.incident(root.Incident)
	}
	n, ok := incident.ParseID(id)
	if !ok {
		return nil, Refuse("refuse.not_an_id", "id", id)
	}
	inc, err := d.incident(n)
	if errors.Is(err, ErrNotFound) {
		return nil, Refuse("refuse.not_found", "id", incident.FormatID(n))
	}
	return inc, err
}

// Take makes the actor the owner. Agents.
func (d *Desk) Take(id string) error {
	inc, err := d.find(id)
	if err != nil {
		return err
	}
	return d.assign(inc, d.actor)
}

// Assign makes somebody else the owner. Agents.
func (d *Desk) Assign(id, person string) error {
	inc, err := d.find(id)
	if err != nil {
		return err
	}
	p := d.personNamed(person)
	if p == nil || !p.Has(company.Agent) {
		return Refuse("refuse.not_an_agent", "name", person, "agents", strings.Join(d.agents(), ", "))
	}
	return d.assign(inc, p)
}

// personNamed finds one of our own people by key, by name, or by the platform's
// id, with or without an @; nil when there is none.
func (d *Desk) personNamed(words string) *company.Person {
	words = strings.TrimPrefix(strings.TrimSpace(words), "@")
	for _, p := range d.company.People {
		if p.Customer == nil && (strings.EqualFold(p.Key, words) || strings.EqualFold(p.Name, words) ||
			d.event != nil && words != "" && p.Identities[d.event.Platform] == words) {
			return p
		}
	}
	return nil
}

// KnowsPerson reports whether the words name one of our own people.
func (d *Desk) KnowsPerson(words string) bool { return d.personNamed(words) != nil }

func (d *Desk) assign(inc *incident.Incident, p *company.Person) error {
	if inc.Owner == p.Key && inc.Open() {
		return Refuse("refuse.already_owner", "id", inc.ID(), "name", p.Name)
	}
	if err := d.move(inc, incident.Take); err != nil {
		return err
	}
	if inc.Owner != "" {
		if err := d.wish(jobSummary, inc.ID(), inc); err != nil {
			return err
		}
	}
	inc.Owner = p.Key
	if err := d.record(inc, incident.Entry{Kind: incident.ETaken, Value: p.Key}); err != nil {
		return err
	}
	if p != d.actor {
		if err := d.assigned(inc, p); err != nil {
			return err
		}
	} else if err := d.handled(inc); err != nil {
		return err
	}
	return d.done("done.taken", "id", inc.ID(), "name", p.Name)
}

// agents lists the keys of everybody who can own an incident.
func (d *Desk) agents() []string {
	var out []string
	for _, p := range d.company.People {
		if p.Has(company.Agent) {
			out = append(out, p.Key)
		}
	}
	return out
}

// SetSeverity changes how badly the customer is hurt, and with it what is
// promised. Agents.
func (d *Desk) SetSeverity(id string, s sla.Severity) error {
	inc, err := d.find(id)
	if err != nil {
		return err
	}
	if !inc.Open() {
		return d.notOpen(inc)
	}
	label := text.T(d.Lang(), "severity."+string(s))
	if inc.Severity == s {
		return Refuse("refuse.same_severity", "id", inc.ID(), "severity", label)
	}
	old := inc.Severity
	inc.Severity = s
	err = d.record(inc, incident.Entry{Kind: incident.ESeverity, Old: string(old), Value: string(s)})
	if err != nil {
		return err
	}
	d.showPages(inc)
	if s == sla.Critical {
		if err := d.wake(inc); err != nil {
			return err
		}
	}
	if err := d.tellCustomerSeverity(inc); err != nil {
		return err
	}
	return d.done("done.severity", "id", inc.ID(), "severity", label)
}

// notOpen refuses what only an open incident allows.
func (d *Desk) notOpen(inc *incident.Incident) error {
	if next, err := d.goesOn(inc); err != nil {
		return err
	} else if next != nil {
		return Refuse("refuse.merged", "id", inc.ID(), "into", next.ID())
	}
	return Refuse("refuse.not_open", "id", inc.ID(), "status", text.T(d.Lang(), "status."+string(inc.Status)))
}

// Wait says that somebody else must act first. Agents.
func (d *Desk) Wait(id string, on sla.WaitingOn) error {
	inc, err := d.find(id)
	if err != nil {
		return err
	}
	action := map[sla.WaitingOn]incident.Action{
		sla.Customer: incident.WaitCustomer, sla.ThirdParty: incident.WaitThirdParty, sla.Development: incident.Develop,
	}[on]
	if err := d.move(inc, action); err != nil {
		return err
	}
	if err := d.record(inc, incident.Entry{Kind: incident.EWaiting, Value: string(on)}); err != nil {
		return err
	}
	if err := d.handled(inc); err != nil {
		return err
	}
	return d.done("done.waiting", "id", inc.ID(), "status", text.T(d.Lang(), "status."+string(inc.Status)))
}

// Resume says that it is ours to act again. Agents.
func (d *Desk) Resume(id string) error {
	inc, err := d.find(id)
	if err != nil {
		return err
	}
	if err := d.resumed(inc); err != nil {
		return err
	}
	return d.done("done.resumed", "id", inc.ID())
}

func (d *Desk) resumed(inc *incident.Incident) error {
	was := inc.Status
	if err := d.move(inc, incident.Resume); err != nil {
		return err
	}
	return d.record(inc, incident.Entry{Kind: incident.EResumed, Old: string(was)})
}

// Note writes down what only our own people may read. Agents.
func (d *Desk) Note(id, words string) error {
	inc, err := d.find(id)
	if err != nil {
		return err
	}
	if strings.TrimSpace(words) == "" {
		return Refuse("refuse.empty_note", "id", inc.ID())
	}
	if err := d.record(inc, incident.Entry{Kind: incident.ENote, Text: words}); err != nil {
		return err
	}
	return d.done("done.noted", "id", inc.ID())
}

// AskResolution opens the form that asks what was done. Agents.
func (d *Desk) AskResolution(id string) error {
	inc, err := d.find(id)
	if err != nil {
		return err
	}
	if _, ok := inc.Status.After(incident.Resolve); !ok {
		return d.move(inc, incident.Resolve) // refuses with the reason
	}
	return d.openForm(inc, d.resolveForm(inc))
}

// Resolve says what was done, tells the customer, and asks them whether it is
// solved. Agents.
func (d *Desk) Resolve(id, what string) error {
	inc, err := d.find(id)
	if err != nil {
		return err
	}
	if strings.TrimSpace(what) == "" {
		return Refuse("refuse.empty_resolution", "id", inc.ID())
	}
	if err := d.move(inc, incident.Resolve); err != nil {
		return err
	}
	inc.Resolution, inc.ResolvedAt = strings.TrimSpace(what), d.at
	if inc.Owner == "" {
		inc.Owner = d.actor.Key
	}
	if err := d.record(inc, incident.Entry{Kind: incident.EResolved, Text: inc.Resolution}); err != nil {
		return err
	}
	if err := d.endReplyModes(inc); err != nil {
		return err
	}
	if err := d.handled(inc); err != nil {
		return err
	}
	if err := d.askCustomer(inc); err != nil {
		return err
	}
	if err := d.closeLater(inc); err != nil {
		return err
	}
	return d.done("done.resolved", "id", inc.ID())
}

// Reopen takes a resolved or closed incident up again. Agents.
func (d *Desk) Reopen(id string) error {
	inc, err := d.find(id)
	if err != nil {
		return err
	}
	if err := d.reopened(inc); err != nil {
		return err
	}
	if err := d.tellCustomer(inc, "customer.reopened", "id", inc.ID()); err != nil {
		return err
	}
	return d.done("done.reopened", "id", inc.ID())
}

func (d *Desk) reopened(inc *incident.Incident) error {
	if err := d.move(inc, incident.Reopen); err != nil {
		return err
	}
	inc.ResolvedAt, inc.SelfService = time.Time{}, false
	if err := d.record(inc, incident.Entry{Kind: incident.EReopened}); err != nil {
		return err
	}
	if err := d.tx.CancelTimer(d.ctx, timerClose, inc.Number, ""); err != nil {
		return err
	}
	if err := d.settleQuestion(inc, "asked.reopened"); err != nil {
		return err
	}
	return d.tellTeam(inc, "team.reopened", "id", inc.ID(), "name", d.name(d.author()))
}

// Close ends a resolved incident without waiting for the customer. Agents.
func (d *Desk) Close(id string) error {
	inc, err := d.find(id)
	if err != nil {
		return err
	}
	if err := d.closed(inc); err != nil {
		return err
	}
	return d.done("done.closed", "id", inc.ID())
}

func (d *Desk) closed(inc *incident.Incident) error {
	if err := d.move(inc, incident.Close); err != nil {
		return err
	}
	if err := d.record(inc, incident.Entry{Kind: incident.EClosed}); err != nil {
		return err
	}
	if err := d.endReplyModes(inc); err != nil {
		return err
	}
	return d.tx.CancelTimer(d.ctx, timerClose, inc.Number, "")
}

// SetOrigin says whose failure it was. Agents and quality; once determined, only
// a lead or the quality manager may change it.
func (d *Desk) SetOrigin(id string, o incident.Origin) error {
	if !d.ours() || !d.actor.Has(company.Quality) {
		if err := d.must(company.Agent); err != nil {
			return err
		}
	}
	inc, err := d.lookup(id)
	if err != nil {
		return err
	}
	if err := d.origin(inc, o); err != nil {
		return err
	}
	return d.done("done.origin", "id", inc.ID(), "origin", text.T(d.Lang(), "origin."+string(o)))
}

func (d *Desk) origin(inc *incident.Incident, o incident.Origin) error {
	if inc.Origin == o {
		return nil
	}
	if inc.Origin != incident.Undetermined && !d.actor.Has(company.Lead) && !d.actor.Has(company.Quality) {
		return d.leadsOnly("refuse.origin_set", "id", inc.ID(), "origin", text.T(d.Lang(), "origin."+string(inc.Origin)))
	}
	old := inc.Origin
	inc.Origin = o
	return d.record(inc, incident.Entry{Kind: incident.EOrigin, Old: string(old), Value: string(o)})
}

// Rate keeps what the customer thinks of how it went, from 1 to 5. The
// customer's side.
func (d *Desk) Rate(inc *incident.Incident, stars int) error {
	if inc.Open() || inc.ResolvedAt.IsZero() {
		return Refuse("refuse.rate_later", "id", inc.ID())
	}
	if stars < 1 || stars > 5 {
		return Refuse("refuse.rating", "value", stars)
	}
	if inc.Rating == stars {
		return nil
	}
	inc.Rating = stars
	if err := d.record(inc, incident.Entry{Kind: incident.ERated, Value: strconv.Itoa(stars)}); err != nil {
		return err
	}
	return d.settleQuestion(inc, "asked.rated")
}

// Solved is the customer's word that it is solved: by an article, when nobody
// of ours had resolved it; otherwise what we did is confirmed. The customer's side.
func (d *Desk) Solved(inc *incident.Incident) error {
	if inc.Status == incident.Closed {
		return Refuse("refuse.already_closed", "id", inc.ID())
	}
	if inc.Open() {
		if err := d.selfService(inc); err != nil {
			return err
		}
	} else if err := d.record(inc, incident.Entry{Kind: incident.EConfirmed}); err != nil {
		return err
	}
	if err := d.closed(inc); err != nil {
		return err
	}
	if inc.SelfService {
		return d.tellCustomer(inc, "customer.self_service", "id", inc.ID())
	}
	if inc.Asked.Delivery == 0 {
		return d.tellCustomer(inc, "customer.closed", "id", inc.ID())
	}
	return d.settleQuestion(inc, "asked.confirmed")
}

// selfService resolves an incident that the customer solved without us. It
// counts as self-service only when no agent had answered.
func (d *Desk) selfService(inc *incident.Incident) error {
	history, err := d.tx.History(d.ctx, inc.Number)
	if err != nil {
		return err
	}
	inc.SelfService = len(inc.Suggested) > 0
	for _, e := range history {
		if e.Kind == incident.EAgent {
			inc.SelfService = false
		}
	}
	if err := d.move(inc, incident.Resolve); err != nil {
		return err
	}
	inc.ResolvedAt = d.at
	entry := incident.Entry{Kind: incident.EResolved}
	if inc.SelfService {
		entry.Value = "self_service"
		if err := d.suggestionsJudged(inc, KBSolved); err != nil {
			return err
		}
	}
	if err := d.record(inc, entry); err != nil {
		return err
	}
	return d.handled(inc)
}

// NeedHelp is the customer's word that it is not solved: the articles did not
// help, or what we did was not enough. The customer's side.
func (d *Desk) NeedHelp(inc *incident.Incident) error {
	if inc.FollowedBy != "" {
		return Refuse("refuse.followed", "id", inc.ID(), "into", inc.FollowedBy)
	}
	if d.anew(inc) {
		return d.pressedAgain(inc)
	}
	if !inc.Open() {
		// The press is the customer's word, and is owed an answer as a message is.
		said := text.T(d.customerLang(inc), "button.not_solved")
		if err := d.record(inc, incident.Entry{Kind: incident.ECustomer, Text: said}); err != nil {
			return err
		}
		byArticle := inc.SelfService
		if err := d.reopened(inc); err != nil {
			return err
		}
		if byArticle { // it did not solve it after all
			if err := d.suggestionsFailed(inc); err != nil {
				return err
			}
		}
		return d.tellCustomer(inc, "customer.reopened", "id", inc.ID())
	}
	history, err := d.tx.History(d.ctx, inc.Number)
	if err != nil {
		return err
	}
	if saidNotHelped(history) {
		return Refuse("refuse.help_is_coming", "id", inc.ID())
	}
	if err := d.suggestionsFailed(inc); err != nil {
		return err
	}
	return d.tellCustomer(inc, "customer.help_is_coming", "id", inc.ID())
}

// suggestionsFailed writes down that what was suggested did not help, and tells the
// team what that was.
func (d *Desk) suggestionsFailed(inc *incident.Incident) error {
	if err := d.record(inc, incident.Entry{Kind: incident.ENeedsHelp}); err != nil {
		return err
	}
	if err := d.suggestionsJudged(inc, KBNotSolved); err != nil {
		return err
	}
	return d.tellTeam(inc, "team.needs_help", "id", inc.ID(), "name", d.name(d.author()),
		"articles", strings.Join(inc.Suggested, ", "))
}

// SetTeam hands the incident to another team. Agents.
func (d *Desk) SetTeam(id, team string) error {
	inc, err := d.find(id)
	if err != nil {
		return err
	}
	if !inc.Open() {
		return d.notOpen(inc)
	}
	t := d.company.Team(strings.ToLower(team))
	if t == nil {
		return Refuse("refuse.team", "value", team, "teams", strings.Join(d.teamKeys(), ", "))
	}
	if inc.Team == t.Key {
		return Refuse("refuse.same_team", "id", inc.ID(), "team", t.Name)
	}
	if err := d.endReplyModes(inc); err != nil {
		return err
	}
	if err := d.toNewTeam(inc, t); err != nil {
		return err
	}
	return d.done("done.team", "id", inc.ID(), "team", t.Name)
}

// assigned tells whoever was given the incident by another: by a page, where people
// are being paged for it, for nobody has seen it who has it now.
func (d *Desk) assigned(inc *incident.Incident, p *company.Person) error {
	if inc.Escalation.Unanswered() {
		return d.handTo(inc, p)
	}
	if err := d.actedOn(inc); err != nil {
		return err
	}
	return d.tellPerson(p, Message{Text: text.T(p.Language, "told.assigned", "id", inc.ID(), "by", d.name(d.author()),
		"customer", d.customerName(inc), "title", inc.Title)})
}

// toNewTeam lets another team have the incident; nobody of the former has it any more.
func (d *Desk) toNewTeam(inc *incident.Incident, t *company.Team) error {
	entry := incident.Entry{Kind: incident.ETeam, Old: inc.Team, Value: t.Key}
	inc.Team, inc.Owner = t.Key, ""
	if err := d.record(inc, entry); err != nil {
		return err
	}
	if inc.Escalation.Active {
		d.showPages(inc)
		inc.Escalation.Pages = nil // those of the former team ask for nothing any more
		return d.escalateAnew(inc)
	}
	return d.unacknowledge(inc, t)
}

// unacknowledge ends the acknowledgement of somebody of the team that had the
// incident: in the other one nobody has seen it. What is at risk is paged for there.
func (d *Desk) unacknowledge(inc *incident.Incident, t *company.Team) error {
	esc := &inc.Escalation
	by := d.person(esc.AckedBy)
	if by == nil || esc.AckFrom.IsZero() || slices.Contains(d.company.TeamsOf(by), t) {
		return nil
	}
	c, found, err := d.concerned(inc, nil)
	if err != nil {
		return err
	}
	d.showPages(inc)
	next := incident.Escalation{Reason: reasonAtRisk, Clock: c.Name, Cycle: c.Cycle, Due: c.Due.UTC()}
	inc.Escalation = incident.Escalation{Clock: c.Name, Cycle: c.Cycle, Unsaid: esc.Unsaid}
	switch {
	case found && c.State == sla.Breached && c.Open():
		next.Reason = reasonBreached
	case !found || c.State != sla.Running || !d.pagesBy(inc, c):
		return nil
	}
	return d.begin(inc, next)
}
