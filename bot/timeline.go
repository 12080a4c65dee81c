package bot

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"sereno/bot/company"
	"sereno/bot/incident"
	"sereno/bot/text"
)

// timeline is what happened, a line each. Of the messages in erased, which may be
// nil, it says that they were deleted.
func (d *Desk) timeline(history []incident.Entry, erased map[string]bool, lang company.Lang, zone *time.Location) []Item {
	var out []Item
	for _, e := range history {
		if e.Text == "" && erased[e.Message] {
			e.Text = text.T(lang, "entry.erased")
		}
		out = append(out, d.timelineItem(e, lang, zone))
	}
	return out
}

// erased are the messages of a history that were deleted, be it in an incident that
// was merged into it.
func (d *Desk) erased(history []incident.Entry) (map[string]bool, error) {
	out := map[string]bool{}
	for _, e := range history {
		switch e.Kind {
		case incident.EDeleted:
			out[e.Message] = true
		case incident.EAbsorbed:
			n, _ := incident.ParseID(e.Value)
			theirs, err := d.tx.History(d.ctx, n)
			if err != nil {
				return nil, err
			}
			more, err := d.erased(theirs)
			if err != nil {
				return nil, err
			}
			maps.Copy(out, more)
		}
	}
	return out, nil
}

// maxLine bounds one line of a timeline, in characters.
const maxLine = 160

func (d *Desk) timelineItem(e incident.Entry, lang company.Lang, zone *time.Location) Item {
	kind := e.Kind
	if kind == incident.EResolved && e.Text == "" {
		kind = incident.EConfirmed // the customer's own button: nobody said what was done
	}
	value := d.entryValue
	switch kind {
	case incident.EOutcome, incident.ECorrected:
		value = func(lang company.Lang, v string) string { return d.outcomeWords(lang, zone, v) }
	case incident.EExcuseAsked, incident.EExcused, incident.EExcuseDenied, incident.EExcuseUndone:
		value = d.excuseValue
	case incident.ETransferred:
		value = func(_ company.Lang, v string) string { return d.nameOfCustomer(v) }
	}
	key := "entry." + string(kind)
	if own := key + "." + e.Value; kind == incident.EAcked && text.Has(own) {
		key = own
	}
	if kind == incident.EPaged && e.Old != "" {
		key = "entry.paged_by"
	}
	if kind == incident.ESkipped && e.Text == unacknowledged {
		key = "entry.policy_ended"
	}
	what := text.T(lang, key,
		"value", value(lang, e.Value), "old", value(lang, e.Old),
		"text", d.entryText(lang, e), "name", d.name(e.Actor), "platform", e.Old)
	return Item{Title: d.stampIn(lang, e.At, zone), Body: shorten(what, maxLine)}
}

// entryText is what somebody wrote; of the bot's own entries, a word of the
// catalogue.
func (d *Desk) entryText(lang company.Lang, e incident.Entry) string {
	switch e.Kind {
	case incident.EPaged:
		if e.Text == "" {
			return text.T(lang, "page.reason."+e.Value)
		}
		return text.T(lang, "clock."+e.Text) + ", " + text.T(lang, "page.reason."+e.Value)
	case incident.EDrill:
		return text.T(lang, "drill.entry."+e.Value)
	case incident.ESkipped:
		return text.T(lang, "skipped."+e.Text)
	}
	return e.Text
}

// entryValue turns a code of the history into words.
func (d *Desk) entryValue(lang company.Lang, v string) string {
	for _, family := range []string{"severity.", "status.", "origin.", "clock.", "delivery.", "mode.", "kind.", "file.state."} {
		if text.Has(family + v) {
			return text.T(lang, family+v)
		}
	}
	return d.name(v)
}

// Show tells everything about an incident that the actor may know, privately.
// Agents; and customers about their own, without what is internal.
func (d *Desk) Show(id string) error {
	if d.ours() {
		if err := d.Staff(); err != nil {
			return err
		}
		inc, err := d.lookup(id)
		if err != nil {
			return err
		}
		return d.showOurs(inc)
	}
	inc, err := d.own(id)
	if err != nil {
		return err
	}
	return d.showCustomer(inc)
}

// own finds an incident of the actor's customer. Another customer's answers
// exactly like one that does not exist.
func (d *Desk) own(id string) (*incident.Incident, error) {
	if d.outside == nil {
		return nil, Refuse("refuse.unknown_person")
	}
	inc, err := d.lookup(id)
	if err != nil {
		return nil, err
	}
	if inc.Customer != d.outside.Key {
		return nil, Refuse("refuse.not_found", "id", inc.ID())
	}
	return inc, nil
}

func (d *Desk) showOurs(inc *incident.Incident) error {
	history, err := d.tx.History(d.ctx, inc.Number)
	if err != nil {
		return err
	}
	reader := &company.Team{Language: d.Lang(), Zone: d.zone()}
	m := d.card(inc, reader, stand(d.company, inc, history, d.now), history)
	erased, err := d.erased(history)
	if err != nil {
		return err
	}
	m.Items = d.timeline(history, erased, reader.Language, reader.Zone)
	if next, err := d.goesOn(inc); err != nil {
		return err
	} else if next != nil && next.ID() != inc.MergedInto { // which was merged itself
		m.Text = text.T(reader.Language, "done.merged", "id", inc.ID(), "into", next.ID())
	}
	pages, err := d.proof(inc)
	if err != nil {
		return err
	}
	m.Items = append(m.Items, d.proofItems(reader.Language, reader.Zone, pages, time.Time{})...)
	return d.Reply(m)
}

func (d *Desk) showCustomer(inc *incident.Incident) error {
	history, err := d.tx.History(d.ctx, inc.Number)
	if err != nil {
		return err
	}
	lang, clocks := d.Lang(), computeClocks(d.company, inc, history, d.now)
	m := Message{
		Title: fmt.Sprintf("%s · %s", inc.ID(), text.T(lang, "status."+string(inc.Status))),
		Text:  text.T(lang, "receipt.text", "severity", text.T(lang, "severity."+string(inc.Severity)), "promises", d.promises(lang, d.zone(), inc, clocks)),
		Quote: shorten(inc.ToldText(), maxQuote),
	}
	if next, err := d.goesOn(inc); err != nil {
		return err
	} else if next != nil {
		m.Text = text.T(lang, "done.merged", "id", inc.ID(), "into", next.ID())
	}
	erased, err := d.erased(history)
	if err != nil {
		return err
	}
	m.Items = d.timeline(asItReads(sinceTransfer(history)), erased, lang, d.zone())
	return d.Reply(m)
}

// asItReads is what a customer may see of a history, each message in the words
// that it has now.
func asItReads(history []incident.Entry) []incident.Entry {
	now := map[string]string{}
	for _, e := range history {
		if e.Kind == incident.EEdited {
			now[e.Message] = e.Text
		}
	}
	public := slices.DeleteFunc(history, incident.Entry.Internal)
	for i, e := range public {
		if words, edited := now[e.Message]; edited && e.Message != "" {
			public[i].Text = words
		}
	}
	return public
}

// maxListed bounds a list of incidents in one message.
const maxListed = 25

// List lists the open incidents: for our own people those of everybody, of one
// of their teams' or their own; for a customer theirs.
func (d *Desk) List(whose string) error {
	q := IncidentQuery{OpenOnly: true, Limit: maxListed + 1}
	switch {
	case !d.ours() && d.outside == nil:
		return Refuse("refuse.unknown_person")
	case !d.ours():
		q.Customer = d.outside.Key
	case whose == "mine":
		q.Owner = d.actor.Key
	case whose == "" || whose == "all":
	case d.company.Customer(whose) != nil:
		q.Customer = whose
	case d.company.Team(whose) != nil:
		q.Team = whose
	default:
		return Refuse("refuse.whose", "value", whose)
	}
	if d.ours() {
		if err := d.Staff(); err != nil {
			return err
		}
	}
	found, err := d.tx.Incidents(d.ctx, q)
	if err != nil {
		return err
	}
	return d.Reply(d.listOf(found))
}

func (d *Desk) listOf(found []*incident.Incident) Message {
	lang := d.Lang()
	m := Message{Title: text.T(lang, "list.title", "n", min(len(found), maxListed))}
	if len(found) == 0 {
		m.Title = text.T(lang, "list.none")
	}
	for i, inc := range found {
		if i == maxListed {
			m.Footer = text.T(lang, "list.more")
			break
		}
		m.Items = append(m.Items, Item{
			Title: fmt.Sprintf("%s · %s · %s", inc.ID(), text.T(lang, "severity."+string(inc.Severity)), text.T(lang, "status."+string(inc.Status))),
			Body:  d.listLine(lang, inc),
		})
	}
	return m
}

func (d *Desk) listLine(lang company.Lang, inc *incident.Incident) string {
	if !d.ours() {
		return inc.ToldTitle()
	}
	return fmt.Sprintf("%s · %s · %s", d.customerName(inc), d.ownerName(lang, inc), inc.Title)
}
