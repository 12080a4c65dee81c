package bot

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"sereno/bot/company"
	"sereno/bot/incident"
	"sereno/bot/sla"
	"sereno/bot/text"
)

// lateAfter is how late something is before it is said that it is late.
const lateAfter = time.Minute

// pageMessage is what a page says now: of one incident, or the list of those that
// were put into it.
func (d *Desk) pageMessage(rec *PageRecord) (Message, error) {
	if rec.Incident == 0 {
		return d.testMessage(rec), nil
	}
	members, err := d.members(rec)
	if err != nil {
		return Message{}, err
	}
	m, _, err := d.pageOf(rec, members)
	return m, err
}

// pageOf is what the page of these members says, and by when what it is about is owed.
func (d *Desk) pageOf(rec *PageRecord, members []PageRecord) (Message, time.Time, error) {
	if members = lastOfEach(members); len(members) > 1 {
		return d.stormMessage(rec, members)
	}
	inc, err := d.peek(rec.Incident)
	if err != nil {
		return Message{}, time.Time{}, err
	}
	return d.onePage(inc, rec)
}

// lastOfEach leaves out what was put into a message before the same incident was anew.
func lastOfEach(members []PageRecord) []PageRecord {
	var out []PageRecord
	for i, m := range members {
		if !slices.ContainsFunc(members[i+1:], func(later PageRecord) bool { return later.Incident == m.Incident }) {
			out = append(out, m)
		}
	}
	return out
}

// onePage is a page about one incident.
func (d *Desk) onePage(inc *incident.Incident, rec *PageRecord) (Message, time.Time, error) {
	lang, zone := d.readerOf(rec.Person)
	history, err := d.tx.History(d.ctx, inc.Number)
	if err != nil {
		return Message{}, time.Time{}, err
	}
	reason, clock := rec.Reason, sla.Name(rec.Clock)
	esc := &inc.Escalation
	if d.current(inc, rec) && worse(esc.Reason) {
		reason, clock = esc.Reason, esc.Clock // it became worse
	}
	clocks := computeClocks(d.company, inc, history, d.now)
	m := Message{
		Title: text.T(lang, "page.title", "id", inc.ID(), "customer", d.customerName(inc),
			"severity", text.T(lang, "severity."+string(inc.Severity)), "reason", reasonNow(lang, inc, reason, clock, clocks)),
		Text:  text.T(lang, "page.owner", "owner", d.ownerName(lang, inc)),
		Quote: shorten(customersWords(inc, clock, history), maxQuote),
		Tone:  Alarm,
	}
	if inc.Drill { // in the reader's language
		m.Quote = text.T(lang, "drill.text", "name", d.name(inc.Reporter))
	}
	var due time.Time
	void := ""
	if c, ok := lastOf(clocks, clock); ok {
		due, m.Text = c.Due, d.urgency(lang, zone, inc, c)
		if void = voided(c); void != "" || c.State == sla.Met { // nothing is due any more
			m.Text = text.T(lang, "page.owner", "owner", d.ownerName(lang, inc))
		}
	}
	for _, more := range []string{d.lapsedText(lang, inc, rec), d.missedText(lang, zone, inc), lastText(lang, inc, rec)} {
		if more != "" {
			m.Text += "\n" + more
		}
	}
	if rec.Drill {
		d.asDrill(lang, &m)
	}
	d.pageButtons(lang, zone, inc, rec, void, &m)
	return m, due, nil
}

// lastOf is the present cycle of a commitment; false when there is none.
func lastOf(clocks []sla.Clock, name sla.Name) (last sla.Clock, ok bool) {
	for _, c := range clocks {
		if c.Name == name && name != "" {
			last, ok = c, true
		}
	}
	return last, ok
}

// voided is the key of why nobody need be paged for a clock, "" where that is not so.
func voided(c sla.Clock) string {
	switch c.State {
	case sla.Excused:
		return "page.reason.excused"
	case sla.CancelledOff:
		return "page.reason.cancelled"
	}
	return ""
}

// reasonNow is why people were paged in words, or what became of the breach:
// nobody reads long after of one that was none, is excused, or of what is solved.
func reasonNow(lang company.Lang, inc *incident.Incident, reason string, name sla.Name, clocks []sla.Clock) string {
	c, _ := lastOf(clocks, name)
	switch {
	case inc.Open() && voided(c) != "", c.State == sla.Excused:
		return text.T(lang, voided(c))
	case c.State == sla.Met && (worse(reason) || inc.Open()):
		return text.T(lang, "page.reason.met")
	case c.State == sla.Breached && c.Open() && reason == reasonAtRisk:
		reason = reasonBreached
	case !worse(reason):
	case !inc.Open():
		return text.T(lang, "status."+string(inc.Status))
	}
	return text.T(lang, "page.reason."+reason)
}

// current reports whether the page is one of those that the incident's present
// paging is shown in.
func (d *Desk) current(inc *incident.Incident, rec *PageRecord) bool {
	esc := &inc.Escalation
	if rec.Delivery == 0 && (rec.Group == 0 || rec.At.Equal(d.now)) { // it is just being sent
		return true
	}
	id := rec.ID
	if rec.Group != 0 {
		id = rec.Group
	}
	return slices.ContainsFunc(esc.Pages, func(p incident.Place) bool { return p.Page == id })
}

// lapsedText says who had it before.
func (d *Desk) lapsedText(lang company.Lang, inc *incident.Incident, rec *PageRecord) string {
	if by := inc.Escalation.LapsedBy; by != "" && (rec.Reason == reasonUnattended || rec.Reason == reasonHandedOver) {
		return text.T(lang, "page."+rec.Reason, "name", d.name(by))
	}
	return ""
}

// missedText says since when somebody should have known, where we were not there.
func (d *Desk) missedText(lang company.Lang, zone *time.Location, inc *incident.Incident) string {
	if at := inc.Escalation.MissedAt; !at.IsZero() {
		return text.T(lang, "page.missed", "when", text.When(lang, at, zone, d.now))
	}
	return ""
}

// lastText says that nobody else acknowledged, or is named.
func lastText(lang company.Lang, inc *incident.Incident, rec *PageRecord) string {
	switch {
	case rec.Step != lastResortStep:
		return ""
	case inc.Escalation.Unnamed:
		return text.T(lang, "page.last_resort_unnamed")
	}
	return text.T(lang, "page.last_resort")
}

func (d *Desk) asDrill(lang company.Lang, m *Message) {
	m.Title = text.T(lang, "drill.mark") + " · " + m.Title
	m.Text += "\n" + text.T(lang, "drill.note")
}

// pageButtons gives the page what its reader can do now, or says what came of it.
// Where it is about nothing any more, void is the key of why.
func (d *Desk) pageButtons(lang company.Lang, zone *time.Location, inc *incident.Incident, rec *PageRecord, void string, m *Message) {
	esc := &inc.Escalation
	if inc.Open() && void != "" && !esc.Active {
		m.Tone, m.Footer = Good, text.T(lang, "page.over", "status", text.T(lang, void))
		return
	}
	button := func(id string) Button { return Button{ID: id, Label: text.T(lang, "button."+id), Value: inc.ID()} }
	asks := inc.Open() && d.current(inc, rec) && esc.Unanswered()
	if asks {
		ack, escalate := button("ack"), button("escalate")
		ack.Primary, escalate.Value = true, escalateValue(inc)
		m.Buttons = []Button{ack, escalate}
		if !inc.Drill {
			m.Buttons = append(m.Buttons, button("reply"))
			if inc.Owner == "" {
				m.Buttons = append(m.Buttons, button("take"))
			}
		}
		return
	}
	m.Tone, m.Footer = Good, d.pageOutcome(lang, zone, inc, rec)
	if inc.Open() && d.current(inc, rec) && rec.Person == esc.AckedBy && !esc.AckUntil.IsZero() {
		m.Text += "\n" + text.T(lang, "page.ack_until", "when", text.When(lang, esc.AckUntil, zone, d.now))
		escalate := button("escalate")
		escalate.Value = escalateValue(inc)
		m.Buttons = []Button{button("still"), button("remind_15"), button("remind_60"), button("hand_over"), escalate}
	}
}

// pageOutcome says what came of a page that asks for nothing any more.
func (d *Desk) pageOutcome(lang company.Lang, zone *time.Location, inc *incident.Incident, rec *PageRecord) string {
	esc := &inc.Escalation
	var said []string
	if d.current(inc, rec) && esc.AckedBy != "" {
		said = append(said, text.T(lang, "page.acknowledged", "name", d.name(esc.AckedBy), "when", text.When(lang, esc.AckedAt, zone, d.now)))
	}
	if !inc.Open() {
		said = append(said, text.T(lang, "page.over", "status", text.T(lang, "status."+string(inc.Status))))
	}
	switch {
	case len(said) > 0:
	case len(esc.Pages) == 0:
		return text.T(lang, "page.not_needed")
	default:
		return text.T(lang, "page.superseded")
	}
	return strings.Join(said, " ")
}

// stormMessage lists the incidents that one page is about.
func (d *Desk) stormMessage(rec *PageRecord, members []PageRecord) (Message, time.Time, error) {
	lang, zone := d.readerOf(rec.Person)
	m := Message{Tone: Alarm}
	waiting, missed := 0, time.Time{}
	var due time.Time
	about, histories, err := d.peekAll(members)
	if err != nil {
		return m, due, err
	}
	for i, member := range members {
		inc := about[member.Incident]
		asks := inc.Open() && d.current(inc, &member) && inc.Escalation.Unanswered()
		if asks {
			waiting++
			missed = earlier(missed, inc.Escalation.MissedAt)
		}
		if i >= maxShown {
			continue
		}
		item, by, err := d.stormItem(lang, zone, inc, histories[inc.Number], &member, asks)
		if err != nil {
			return m, due, err
		}
		m.Items = append(m.Items, item)
		if asks {
			due = earlier(due, by)
		}
	}
	m.Title = text.T(lang, "page.storm", "n", len(members), "waiting", waiting)
	m.Text = text.T(lang, "page.storm_text", "waiting", waiting)
	if rec.Step == lastResortStep {
		m.Text = text.T(lang, "page.last_resort") + "\n" + m.Text
	}
	if !missed.IsZero() {
		m.Text += "\n" + text.T(lang, "page.missed", "when", text.When(lang, missed, zone, d.now))
	}
	if rest := len(members) - maxShown; rest > 0 {
		m.Footer = text.T(lang, "page.storm_more", "n", rest)
	}
	value := pageValue(rec.ID)
	if waiting == 0 {
		m.Tone, m.Title, m.Text = Good, text.T(lang, "page.storm_over", "n", len(members)), ""
		return m, due, nil
	}
	m.Buttons = []Button{
		{ID: "ack_all", Label: text.T(lang, "button.ack_all"), Value: value, Primary: true},
		{ID: "page_list", Label: text.T(lang, "button.page_list"), Value: value},
	}
	return m, due, nil
}

func (d *Desk) stormItem(lang company.Lang, zone *time.Location, inc *incident.Incident, history []incident.Entry, rec *PageRecord, asks bool) (Item, time.Time, error) {
	item := Item{Title: fmt.Sprintf("%s · %s · %s", inc.ID(), d.customerName(inc), text.T(lang, "severity."+string(inc.Severity)))}
	if !asks {
		item.Body = d.pageOutcome(lang, zone, inc, rec)
		return item, time.Time{}, nil
	}
	esc := &inc.Escalation
	item.Body = text.T(lang, "page.reason."+esc.Reason)
	c, found, err := d.concerned(inc, computeClocks(d.company, inc, history, d.now))
	if err == nil && found {
		item.Body += ": " + text.T(lang, "clock."+string(c.Name)) + ", " + d.clockLine(lang, zone, c)
	}
	item.Body += " · " + inc.Title
	return item, c.Due, err
}

// urgency tells by when what is owed and by whom.
func (d *Desk) urgency(lang company.Lang, zone *time.Location, inc *incident.Incident, c sla.Clock) string {
	key := "page.due"
	switch {
	case dateless(c.Due):
		key = "page.dateless"
	case d.now.After(c.Due), c.State == sla.Breached:
		key = "page.overdue"
	}
	return text.T(lang, key, "clock", text.T(lang, "clock."+string(c.Name)),
		"due", text.When(lang, c.Due, zone, d.now), "left", text.Left(lang, c.Due.Sub(d.now)), "ago", text.Ago(lang, d.now.Sub(c.Due)),
		"owner", d.ownerName(lang, inc))
}

// customersWords are those that a page is about: what was reported, or, when a
// next response is owed, what the customer wrote last that asks for one.
func customersWords(inc *incident.Incident, clock sla.Name, history []incident.Entry) string {
	if clock == sla.FirstResponse || clock == "" {
		return inc.Text
	}
	for _, e := range slices.Backward(history) {
		if e.Kind == incident.ECustomer && e.Value != incident.SmallTalk && e.Text != "" {
			return e.Text
		}
	}
	return inc.Text
}
