package bot

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"sereno/bot/company"
	"sereno/bot/incident"
	"sereno/bot/kb"
	"sereno/bot/markup"
	"sereno/bot/sla"
	"sereno/bot/text"
)

// sum tells messages that read differently apart.
func (m Message) sum() string {
	data, err := json.Marshal(m)
	if err != nil { // strings and booleans always marshal
		panic(err)
	}
	h := sha256.Sum256(data)
	return hex.EncodeToString(h[:8])
}

// Plain is the message as lines of plain text, without its buttons: for
// platforms and readers that have nothing better.
func (m Message) Plain() string {
	var lines []string
	add := func(s string) {
		if s != "" {
			lines = append(lines, s)
		}
	}
	add(m.Title)
	add(m.From)
	add(m.Text)
	add(markup.Plain(m.Markdown))
	if m.Quote != "" {
		for l := range strings.Lines(m.Quote) {
			lines = append(lines, "> "+strings.TrimRight(l, "\r\n"))
		}
	}
	for _, f := range m.Fields {
		add(f.Label + ": " + f.Value)
	}
	for _, it := range m.Items {
		line := "• " + it.Title
		if it.Body != "" {
			line += ": " + it.Body
		}
		if it.URL != "" {
			line += " (" + it.URL + ")"
		}
		add(line)
	}
	for _, f := range m.Files {
		add("📎 " + f.Name + " (" + text.Size(f.Size) + ")")
	}
	add(m.Footer)
	return strings.Join(lines, "\n")
}

// receipt is the acknowledgement that a customer sees at once.
func (d *Desk) receipt(inc *incident.Incident, c *company.Customer, clocks []sla.Clock, found []kb.Suggestion) Message {
	lang := c.Language
	m := Message{
		Title: text.T(lang, "receipt.title", "id", inc.ID()),
		Text: text.T(lang, "receipt.text",
			"severity", text.T(lang, "severity."+string(inc.Severity)),
			"promises", d.promises(lang, c.Zone, inc, clocks)),
	}
	if len(found) > 0 {
		m.Text += "\n" + text.T(lang, "receipt.suggestions", "n", len(found))
		m.Items = items(lang, found)
		m.Buttons = append([]Button{
			{ID: "solved", Label: text.T(lang, "button.solved"), Value: inc.ID(), Primary: true},
			{ID: "still_need_help", Label: text.T(lang, "button.still_need_help"), Value: inc.ID()},
		}, showButtons(lang, found)...)
	}
	return m
}

// promises tells by when what is owed: "First response by today 11:00
// (Buenos Aires)."; also what is overdue, what stands still, which has no date, and
// what waits for our confirmation.
func (d *Desk) promises(lang company.Lang, zone *time.Location, inc *incident.Incident, clocks []sla.Clock) string {
	var out []string
	for _, c := range clocks {
		due := []any{
			"due", text.When(lang, c.Due, zone, d.now), "zone", text.Zone(zone),
			"clock", text.T(lang, "clock."+string(c.Name)), "left", text.Duration(c.Target - c.Elapsed),
		}
		switch {
		case c.State == sla.Breached && c.Open():
			out = append(out, text.T(lang, "promise.overdue", due...))
		case c.State == sla.Paused:
			out = append(out, text.T(lang, "promise.paused", due...))
		case c.State != sla.Running:
		case dateless(c.Due):
			out = append(out, text.T(lang, "promise.never", due...))
		default:
			out = append(out, text.T(lang, "promise."+string(c.Name), due...))
		}
	}
	for _, n := range d.unconfirmed(inc, clocks) {
		out = append(out, text.T(lang, "promise.unconfirmed", "clock", text.T(lang, "clock."+string(n))))
	}
	switch {
	case len(out) > 0:
		return strings.Join(out, " ")
	case d.promisesAny(inc):
		return text.T(lang, "promise.kept")
	}
	return text.T(lang, "promise.none")
}

// promisesAny reports whether the contract promises anything for such incidents.
func (d *Desk) promisesAny(inc *incident.Incident) bool {
	terms := d.company.ContractOf(inc.Customer).At(d.now)
	return slices.ContainsFunc(sla.Names, func(n sla.Name) bool {
		_, ok := terms.Promised(inc.KindOf(), inc.Severity, n)
		return ok
	})
}

// unconfirmed are the commitments of which no clock runs because nobody of ours
// has confirmed the report.
func (d *Desk) unconfirmed(inc *incident.Incident, clocks []sla.Clock) []sla.Name {
	var out []sla.Name
	terms := d.company.ContractOf(inc.Customer).At(d.now)
	for _, n := range sla.Names {
		promise, ok := terms.Promised(inc.KindOf(), inc.Severity, n)
		known := slices.ContainsFunc(clocks, func(c sla.Clock) bool { return c.Name == n })
		if ok && inc.Open() && promise.Start == sla.StartConfirmed && !known && n != sla.NextResponse && n != sla.Update {
			out = append(out, n)
		}
	}
	return out
}

// question tells the customer what was done and asks whether it is solved.
// Once answered it says what came of it.
func (d *Desk) question(inc *incident.Incident, outcome string) Message {
	lang := d.customerLang(inc)
	m := Message{
		Title: text.T(lang, "asked.title", "id", inc.ID()),
		Quote: inc.Resolution,
	}
	confirmed := inc.Status == incident.Closed
	switch {
	case outcome == "asked.reopened":
		m.Text = text.T(lang, outcome)
		return m
	case confirmed:
		m.Text, m.Tone = text.T(lang, "asked.confirmed"), Good
	default:
		m.Text = text.T(lang, "asked.text")
		m.Buttons = []Button{
			{ID: "solved", Label: text.T(lang, "button.confirm"), Value: inc.ID(), Primary: true},
			{ID: "still_need_help", Label: text.T(lang, "button.not_solved"), Value: inc.ID()},
		}
	}
	if inc.Rating > 0 {
		m.Footer = text.T(lang, "asked.rated", "stars", strings.Repeat("★", inc.Rating)+strings.Repeat("☆", 5-inc.Rating))
		return m
	}
	m.Footer = text.T(lang, "asked.rate")
	for n := 1; n <= 5; n++ {
		m.Buttons = append(m.Buttons, Button{ID: fmt.Sprintf("rate_%d", n), Label: fmt.Sprintf("%d ★", n), Value: inc.ID()})
	}
	return m
}

// maxQuote bounds what a card repeats of a customer's words, in characters.
const maxQuote = 700

// card is the incident as its team sees it.
func (d *Desk) card(inc *incident.Incident, team *company.Team, s standing, history []incident.Entry) Message {
	lang := team.Language
	m := Message{
		Title: text.T(lang, "card.title", "id", inc.ID(), "customer", d.customerName(inc),
			"severity", text.T(lang, "severity."+string(inc.Severity)),
			"status", text.T(lang, "status."+string(inc.Status))),
		Text:  d.replyModeText(lang, inc),
		Quote: shorten(inc.Text, maxQuote),
		Fields: []Field{
			{text.T(lang, "card.owner"), d.ownerName(lang, inc)},
			{text.T(lang, "card.reported"), text.T(lang, "card.reported_by",
				"name", d.name(inc.Reporter), "when", d.stampIn(lang, inc.ReportedAt, team.Zone))},
		},
		Tone: cardTone(inc, s.clocks),
	}
	if e, ok := lastSaid(history); ok {
		m.Fields = append(m.Fields, Field{text.T(lang, "card.last"), text.T(lang, "card.last_line",
			"name", d.name(e.Actor), "when", d.stampIn(lang, e.At, team.Zone), "text", shorten(strings.Join(strings.Fields(e.Text), " "), maxLine))})
	}
	m.Fields = append(m.Fields, d.natureFields(lang, inc)...)
	m.Fields = append(m.Fields, d.clockFields(lang, team.Zone, s)...)
	if paged := d.pagedNames(inc); len(paged) > 0 {
		m.Fields = append(m.Fields, Field{text.T(lang, "card.paged"), text.Some(paged, maxNamed)})
	}
	if inc.Origin != incident.Undetermined {
		m.Fields = append(m.Fields, Field{text.T(lang, "card.origin"), text.T(lang, "origin."+string(inc.Origin))})
	}
	if len(inc.Suggested) > 0 {
		key := "card.suggested"
		if saidNotHelped(history) {
			key = "card.tried"
		}
		m.Fields = append(m.Fields, Field{text.T(lang, key), strings.Join(inc.Suggested, ", ")})
	}
	if inc.Resolution != "" {
		m.Fields = append(m.Fields, Field{text.T(lang, "card.resolution"), shorten(inc.Resolution, maxQuote)})
	}
	if inc.MergedInto != "" {
		m.Fields = append(m.Fields, Field{text.T(lang, "card.merged_into"), inc.MergedInto})
	}
	if inc.Rating > 0 {
		m.Fields = append(m.Fields, Field{text.T(lang, "card.rating"), fmt.Sprintf("%d/5", inc.Rating)})
	}
	if len(inc.Replying) > 0 && m.Tone == Neutral {
		m.Tone = Warning
	}
	m.Buttons = d.cardButtons(lang, inc)
	return m
}

// pagedNames are those who have a page that asks for an answer, in the order in which
// they were paged.
func (d *Desk) pagedNames(inc *incident.Incident) (names []string) {
	if !inc.Escalation.Active {
		return nil
	}
	for _, p := range inc.Escalation.Pages {
		if name := d.name(p.Reader); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// natureFields tell what kind of incident it is, where that is not the usual.
func (d *Desk) natureFields(lang company.Lang, inc *incident.Incident) []Field {
	var out []Field
	if inc.KindOf() != sla.Failure {
		out = append(out, Field{text.T(lang, "card.kind"), text.T(lang, "kind."+string(inc.KindOf()))})
	}
	if inc.Open() && inc.VerifiedAt.IsZero() && d.waitsForUs(inc) {
		out = append(out, Field{text.T(lang, "card.unconfirmed"), text.T(lang, "card.unconfirmed_line")})
	}
	if inc.Follows != "" {
		out = append(out, Field{text.T(lang, "card.follows"), inc.Follows})
	}
	if inc.FollowedBy != "" {
		out = append(out, Field{text.T(lang, "card.followed"), inc.FollowedBy})
	}
	return out
}

// clockFields are the commitments to the customer, and then the team's own
// targets, which are nobody else's business.
func (d *Desk) clockFields(lang company.Lang, zone *time.Location, s standing) []Field {
	var out []Field
	add := func(c sla.Clock, label string) {
		often := c.Name == sla.NextResponse || c.Name == sla.Update
		if often && !c.Open() && c.State != sla.Breached {
			return // an exchange that went well is no news
		}
		out = append(out, Field{label, d.clockLine(lang, zone, c)})
	}
	for _, c := range s.clocks {
		add(c, text.T(lang, "clock."+string(c.Name)))
	}
	for _, c := range s.team {
		add(c, text.T(lang, "clock.own", "clock", text.T(lang, "clock."+string(c.Name))))
	}
	return out
}

// lastSaid is what the customer or an agent said last, after the report; false
// when nobody has said anything since.
func lastSaid(history []incident.Entry) (incident.Entry, bool) {
	for _, e := range slices.Backward(history) {
		if e.Kind == incident.ECustomer || e.Kind == incident.EAgent {
			return e, e.Text != ""
		}
	}
	return incident.Entry{}, false
}

func cardTone(inc *incident.Incident, clocks []sla.Clock) Tone {
	if !inc.Open() {
		return Good
	}
	for _, c := range clocks {
		if c.State == sla.Breached {
			return Alarm
		}
	}
	if inc.Escalation.Active {
		return Warning
	}
	return Neutral
}

func (d *Desk) cardButtons(lang company.Lang, inc *incident.Incident) []Button {
	button := func(id string) Button {
		return Button{ID: id, Label: text.T(lang, "button."+id), Value: inc.ID()}
	}
	var out []Button
	switch {
	case inc.Open():
		take, resolve, not := button("take"), button("resolve"), button("not_incident")
		take.Primary, not.Danger = inc.Owner == "", true
		if inc.Owner == "" {
			out = append(out, take)
		}
		escalate := button("escalate")
		escalate.Value = escalateValue(inc)
		out = append(out, button("reply"), button("reply_mode"), button("severity"), escalate, resolve)
		if inc.VerifiedAt.IsZero() && d.waitsForUs(inc) {
			out = append(out, button("confirm_report"))
		}
		if inc.Status == incident.New {
			out = append(out, not)
		}
	case inc.Status == incident.Resolved, inc.Status == incident.Closed:
		out = append(out, button("reply"), button("reopen"), button("rca"))
	}
	return out
}

// clockLine tells one commitment in a few words.
func (d *Desk) clockLine(lang company.Lang, zone *time.Location, c sla.Clock) string {
	due := d.dueOn(lang, c.Due, zone)
	switch c.State {
	case sla.Met:
		return text.T(lang, "clock.met", "took", text.Duration(c.Elapsed), "target", text.Duration(c.Target))
	case sla.Breached:
		if c.Stopped.IsZero() {
			return text.T(lang, "clock.overdue", "due", due)
		}
		return text.T(lang, "clock.breached", "due", due, "over", text.Duration(c.Late()))
	case sla.Excused:
		return text.T(lang, "clock.excused", "due", due, "reason", shorten(c.Excuse.Reason, maxLine))
	case sla.Paused:
		return text.T(lang, "clock.paused", "left", text.Duration(c.Target-c.Elapsed))
	case sla.CancelledOff:
		return text.T(lang, "clock.cancelled")
	}
	if dateless(c.Due) {
		return text.T(lang, "clock.never")
	}
	return text.T(lang, "clock.running", "due", due)
}

// dateless reports whether what is due then has no date: its calendar does not open
// any more.
func dateless(due time.Time) bool { return !due.Before(sla.Never) }

// dueOn tells when a commitment is due, on a card.
func (d *Desk) dueOn(lang company.Lang, due time.Time, zone *time.Location) string {
	if dateless(due) {
		return text.T(lang, "moves.none")
	}
	return d.stampIn(lang, due, zone)
}

// stampIn tells an instant without reference to today: a card must still be
// true tomorrow. What is far away has its year.
func (d *Desk) stampIn(lang company.Lang, t time.Time, zone *time.Location) string {
	local := t.In(zone)
	return text.DayFrom(lang, local, d.now.In(zone)) + " " + local.Format("15:04")
}

func (d *Desk) resolveForm(inc *incident.Incident) *Form {
	lang := d.Lang()
	f := &Form{
		ID: "resolve", Value: inc.ID(),
		Title: text.T(lang, "form.resolve.title", "id", inc.ID()), Submit: text.T(lang, "form.resolve.submit"),
		Inputs: []Input{
			{Name: "done", Label: text.T(lang, "form.resolve.done"), Hint: text.T(lang, "form.resolve.hint"), Multiline: true},
			{Name: "origin", Label: text.T(lang, "form.resolve.origin"), Optional: true, Value: string(inc.Origin)},
		},
	}
	for _, o := range incident.Origins {
		f.Inputs[1].Options = append(f.Inputs[1].Options, Option{string(o), text.T(lang, "origin."+string(o))})
	}
	return f
}

func (d *Desk) severityForm(inc *incident.Incident) *Form {
	lang := d.Lang()
	f := &Form{
		ID: "severity", Value: inc.ID(),
		Title: text.T(lang, "form.severity.title", "id", inc.ID()), Submit: text.T(lang, "form.severity.submit"),
		Inputs: []Input{{Name: "severity", Label: text.T(lang, "form.severity.severity"), Value: string(inc.Severity)}},
	}
	for _, s := range sla.Severities {
		f.Inputs[0].Options = append(f.Inputs[0].Options, Option{string(s), text.T(lang, "severity."+string(s))})
	}
	return f
}

// customerName is whose incident it is, as people call them; a drill is its team's.
func (d *Desk) customerName(inc *incident.Incident) string {
	if inc.Drill {
		return d.name(inc.Team)
	}
	return d.nameOfCustomer(inc.Customer)
}

func (d *Desk) nameOfCustomer(key string) string {
	if c := d.company.Customer(key); c != nil {
		return c.Name
	}
	return key
}

func (d *Desk) ownerName(lang company.Lang, inc *incident.Incident) string {
	if inc.Owner == "" {
		return text.T(lang, "card.nobody")
	}
	return d.name(inc.Owner)
}

// when tells an instant to the incident's team.
func (d *Desk) when(lang company.Lang, inc *incident.Incident, t time.Time) string {
	zone := d.company.Zone
	if team := d.company.Team(inc.Team); team != nil {
		zone = team.Zone
	}
	return text.When(lang, t, zone, d.now)
}

// readerOf is the language and zone of a person or a team.
func (d *Desk) readerOf(key string) (company.Lang, *time.Location) {
	if p := d.person(key); p != nil {
		return p.Language, p.Zone
	}
	if t := d.company.Team(key); t != nil {
		return t.Language, t.Zone
	}
	return d.company.Language, d.company.Zone
}

// shorten cuts at max characters.
func shorten(s string, max int) string {
	r := []rune(s)
	if len(r) <= max {
		return s
	}
	return strings.TrimSpace(string(r[:max-1])) + "…"
}
