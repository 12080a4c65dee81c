package bot

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"sereno/bot/company"
	"sereno/bot/incident"
	"sereno/bot/rca"
	"sereno/bot/text"
)

// StartRCA opens the root-cause thread of an incident in its team's channel,
// with the timeline so far, and asks the first why. Agents.
func (d *Desk) StartRCA(id string) error {
	inc, err := d.find(id)
	if err != nil {
		return err
	}
	if inc.Status == incident.Cancelled || inc.Status == incident.Merged {
		return d.notOpen(inc)
	}
	if r, err := d.tx.RCAOf(d.ctx, inc.Number); err == nil {
		return Refuse("refuse.rca_exists", "id", inc.ID(), "rca", r.ID())
	} else if !errors.Is(err, ErrNotFound) {
		return err
	}
	team := d.company.Team(inc.Team)
	ch, ok := d.bot.teamChannel(team, inc.Platform)
	if !ok {
		return Refuse("refuse.no_team_channel", "team", inc.Team)
	}
	r := rca.Start(inc.Number, d.actor.Key, d.at)
	r.Platform, r.Channel = ch.Platform, ch.ID
	if err := d.tx.AddRCA(d.ctx, r); err != nil {
		return err
	}
	if err := d.record(inc, incident.Entry{Kind: incident.ERCAStarted, Value: r.ID()}); err != nil {
		return err
	}
	history, err := d.tx.History(d.ctx, inc.Number)
	if err != nil {
		return err
	}
	erased, err := d.erased(history)
	if err != nil {
		return err
	}
	r.Root, err = d.say(Delivery{
		Kind: Post, Platform: ch.Platform, Channel: ch.ID, Incident: inc.ID(), Purpose: purposeRCA,
		Message: Message{
			Title: text.T(team.Language, "rca.title", "rca", r.ID(), "id", inc.ID(), "customer", d.customerName(inc)),
			Text:  text.T(team.Language, "rca.intro", "name", d.actor.Name),
			Items: d.timeline(history, erased, team.Language, team.Zone),
		},
	})
	if err != nil {
		return err
	}
	if err := d.ask(r, inc, ""); err != nil {
		return err
	}
	return d.done("done.rca_started", "rca", r.ID(), "id", inc.ID())
}

// rcaHeard takes a message in the analysis's thread as the answer to what was
// asked. What answers no question is conversation.
func (d *Desk) rcaHeard(root *Said) error {
	r, inc, err := d.analysis(incident.FormatID(root.Incident))
	if err != nil || !r.Running() || !d.actor.Has(company.Agent) {
		return err
	}
	return d.answer(r, inc, d.event.Text)
}

// AnswerRCA answers the present question of an analysis by command. Agents.
func (d *Desk) AnswerRCA(id, words string) error {
	r, inc, err := d.analysis(id)
	if err != nil {
		return err
	}
	if !r.Running() {
		return Refuse("refuse.rca_finished", "rca", r.ID())
	}
	return d.answer(r, inc, words)
}

// analysis finds the newest analysis of an incident. Agents.
func (d *Desk) analysis(id string) (*rca.Record, *incident.Incident, error) {
	inc, err := d.find(id)
	if err != nil {
		return nil, nil, err
	}
	r, err := d.analysisOf(inc)
	return r, inc, err
}

func (d *Desk) analysisOf(inc *incident.Incident) (*rca.Record, error) {
	r, err := d.tx.RCAOf(d.ctx, inc.Number)
	if errors.Is(err, ErrNotFound) {
		return nil, Refuse("refuse.no_rca", "id", inc.ID())
	}
	return r, err
}

func (d *Desk) answer(r *rca.Record, inc *incident.Incident, words string) error {
	words = strings.TrimSpace(words)
	lang := d.rcaLang(inc)
	switch r.Stage {
	case rca.AskWhy:
		if err := r.Why(words, d.actor.Key, d.at); err != nil {
			return Refuse("refuse.empty_answer")
		}
		return d.ask(r, inc, text.T(lang, "rca.noted_why", "n", len(r.Whys)))
	case rca.AskOrigin:
		o, ok := originNamed(words)
		if !ok {
			return Refuse("refuse.origin", "value", words)
		}
		return d.rcaOrigin(r, inc, o)
	case rca.AskTeam:
		return d.rcaTeam(r, inc, words)
	case rca.AskActions:
		return d.rcaAction(r, inc, words)
	}
	return fmt.Errorf("%s asks %q", r.ID(), r.Stage)
}

// originNamed reads an origin as people write it, in either language.
func originNamed(words string) (incident.Origin, bool) {
	for _, o := range incident.Origins {
		for _, w := range []string{
			string(o), text.T(company.Spanish, "origin."+string(o)), text.T(company.English, "origin."+string(o)),
		} {
			if strings.EqualFold(words, w) {
				return o, true
			}
		}
	}
	return "", false
}

func (d *Desk) rcaOrigin(r *rca.Record, inc *incident.Incident, o incident.Origin) error {
	if err := r.SetOrigin(o); err != nil {
		return d.rcaRefusal(r, err)
	}
	if err := d.origin(inc, o); err != nil {
		return err
	}
	lang := d.rcaLang(inc)
	return d.ask(r, inc, text.T(lang, "rca.noted_origin", "origin", text.T(lang, "origin."+string(o))))
}

func (d *Desk) rcaTeam(r *rca.Record, inc *incident.Incident, name string) error {
	t := d.company.Team(strings.ToLower(name))
	for _, other := range d.company.Teams {
		if strings.EqualFold(other.Name, name) {
			t = other
		}
	}
	if t == nil {
		return Refuse("refuse.team", "value", name, "teams", strings.Join(d.teamKeys(), ", "))
	}
	if err := r.SetTeam(t.Key); err != nil {
		return d.rcaRefusal(r, err)
	}
	return d.ask(r, inc, text.T(d.rcaLang(inc), "rca.noted_team", "team", t.Name))
}

func (d *Desk) teamKeys() []string {
	var out []string
	for _, t := range d.company.Teams {
		out = append(out, t.Key)
	}
	return out
}

func (d *Desk) rcaAction(r *rca.Record, inc *incident.Incident, words string) error {
	what, owner, due := rca.ParseAction(words)
	p := d.personNamed(owner)
	if what == "" || p == nil {
		return Refuse("refuse.action", "value", words)
	}
	day, err := time.Parse(time.DateOnly, due)
	if err != nil {
		return Refuse("refuse.action_date", "value", due)
	}
	if err := r.AddAction(rca.Action{What: what, Owner: p.Key, Due: due}); err != nil {
		return d.rcaRefusal(r, err)
	}
	lang := d.rcaLang(inc)
	return d.ask(r, inc, text.T(lang, "rca.noted_action", "what", what, "owner", p.Name, "due", text.Day(lang, day)))
}

// rcaPressed acts on a button of the dialogue.
func (d *Desk) rcaPressed(what, value string) error {
	r, inc, err := d.analysis(value)
	if err != nil {
		return err
	}
	if !r.Running() {
		return Refuse("refuse.rca_finished", "rca", r.ID())
	}
	lang := d.rcaLang(inc)
	if o, ok := strings.CutPrefix(what, "origin_"); ok {
		origin, known := originNamed(o)
		if !known {
			return Refuse("refuse.origin", "value", o)
		}
		return d.rcaOrigin(r, inc, origin)
	}
	if t, ok := strings.CutPrefix(what, "team_"); ok {
		return d.rcaTeam(r, inc, t)
	}
	switch what {
	case "enough":
		if err := r.Enough(); err != nil {
			return d.rcaRefusal(r, err)
		}
		return d.ask(r, inc, "")
	case "back":
		if !r.Back() {
			return Refuse("refuse.rca_no_back", "rca", r.ID())
		}
		return d.ask(r, inc, text.T(lang, "rca.back"))
	case "done":
		return d.rcaDone(r, inc)
	}
	return d.gone("button", "rca_"+what)
}

func (d *Desk) rcaRefusal(r *rca.Record, err error) error {
	switch {
	case errors.Is(err, rca.ErrEmpty):
		return Refuse("refuse.empty_answer")
	case errors.Is(err, rca.ErrFinished):
		return Refuse("refuse.rca_finished", "rca", r.ID())
	}
	return Refuse("refuse.rca_not_asked", "rca", r.ID())
}

func (d *Desk) rcaDone(r *rca.Record, inc *incident.Incident) error {
	if err := r.Finish(d.at); err != nil {
		return d.rcaRefusal(r, err)
	}
	if err := d.retireQuestion(r, inc); err != nil {
		return err
	}
	if err := d.tx.SaveRCA(d.ctx, r); err != nil {
		return err
	}
	if err := d.record(inc, incident.Entry{Kind: incident.ERCADone, Value: r.ID(), Text: r.Cause()}); err != nil {
		return err
	}
	lang, zone := d.readerOf(inc.Team)
	_, err := d.say(d.inRCA(r, inc, d.recordOf(r, inc, lang, zone)))
	return err
}

func (d *Desk) rcaLang(inc *incident.Incident) company.Lang {
	lang, _ := d.readerOf(inc.Team)
	return lang
}

func (d *Desk) inRCA(r *rca.Record, inc *incident.Incident, m Message) Delivery {
	return Delivery{
		Kind: Post, Platform: r.Platform, Channel: r.Channel, Thread: Ref{Delivery: r.Root},
		Incident: inc.ID(), Purpose: purposeRCA, Message: m,
	}
}

// ask puts the present question into the thread, after a word on the answer
// before it.
func (d *Desk) ask(r *rca.Record, inc *incident.Incident, noted string) error {
	if err := d.retireQuestion(r, inc); err != nil {
		return err
	}
	m := d.rcaQuestion(r, inc, d.rcaLang(inc))
	if noted != "" {
		m.Text = noted + "\n" + m.Text
	}
	id, err := d.say(d.inRCA(r, inc, m))
	if err != nil {
		return err
	}
	if len(m.Buttons) > 0 {
		r.Question, r.Asked = id, m.Text
	}
	if asksWhy(r) {
		if err := d.wish(jobCauses, r.ID(), inc); err != nil {
			return err
		}
	}
	return d.tx.SaveRCA(d.ctx, r)
}

// retireQuestion takes the buttons off the question that was answered.
func (d *Desk) retireQuestion(r *rca.Record, inc *incident.Incident) error {
	if r.Question == 0 {
		return nil
	}
	at := incident.Place{Delivery: r.Question, Platform: r.Platform, Channel: r.Channel}
	r.Question = 0
	return d.edit(inc, at, purposeRCA, Message{Text: r.Asked})
}

func (d *Desk) rcaQuestion(r *rca.Record, inc *incident.Incident, lang company.Lang) Message {
	button := func(id string, label string) Button { return Button{ID: "rca_" + id, Label: label, Value: inc.ID()} }
	back := button("back", text.T(lang, "button.rca_back"))
	switch r.Stage {
	case rca.AskOrigin:
		m := Message{Text: text.T(lang, "rca.ask_origin")}
		for _, o := range incident.Origins {
			m.Buttons = append(m.Buttons, button("origin_"+string(o), text.T(lang, "origin."+string(o))))
		}
		m.Buttons = append(m.Buttons, back)
		return m
	case rca.AskTeam:
		m := Message{Text: text.T(lang, "rca.ask_team")}
		for _, t := range d.company.Teams {
			m.Buttons = append(m.Buttons, button("team_"+t.Key, t.Name))
		}
		m.Buttons = append(m.Buttons, back)
		return m
	case rca.AskActions:
		return Message{
			Text:    text.T(lang, "rca.ask_actions", "n", len(r.Actions)),
			Buttons: []Button{button("done", text.T(lang, "button.rca_done")), back},
		}
	}
	if len(r.Whys) == 0 {
		return Message{Text: text.T(lang, "rca.ask_first", "id", inc.ID(), "title", inc.Title)}
	}
	return Message{
		Text:    text.T(lang, "rca.ask_why", "n", len(r.Whys)+1, "answer", r.Cause()),
		Buttons: []Button{button("enough", text.T(lang, "button.rca_enough")), back},
	}
}

// ShowRCA shows the record of an incident's analysis whole. Agents and quality.
func (d *Desk) ShowRCA(id string) error {
	if err := d.Staff(); err != nil {
		return err
	}
	inc, err := d.lookup(id)
	if err != nil {
		return err
	}
	r, err := d.analysisOf(inc)
	if err != nil {
		return err
	}
	return d.Reply(d.recordOf(r, inc, d.Lang(), d.zone()))
}

// recordOf is the whole record as a message.
func (d *Desk) recordOf(r *rca.Record, inc *incident.Incident, lang company.Lang, zone *time.Location) Message {
	m := Message{
		Title: text.T(lang, "rca.record", "rca", r.ID(), "id", inc.ID(), "customer", d.customerName(inc)),
		Text:  inc.Title,
		Fields: []Field{
			{text.T(lang, "rca.started"), d.name(r.StartedBy) + ", " + d.stampIn(lang, r.StartedAt, zone)},
			{text.T(lang, "rca.status"), text.T(lang, "rca.status."+string(r.Status))},
		},
	}
	for i, w := range r.Whys {
		m.Fields = append(m.Fields, Field{text.T(lang, "rca.why", "n", i+1), w.Text})
	}
	if r.Cause() != "" {
		m.Fields = append(m.Fields, Field{text.T(lang, "rca.cause"), r.Cause()})
	}
	m.Fields = append(m.Fields, Field{text.T(lang, "card.origin"), text.T(lang, "origin."+string(r.Origin))})
	if t := d.company.Team(r.Team); t != nil {
		m.Fields = append(m.Fields, Field{text.T(lang, "rca.team"), t.Name})
	}
	for i, a := range r.Actions {
		day, err := time.Parse(time.DateOnly, a.Due)
		due := a.Due
		if err == nil {
			due = text.Day(lang, day)
		}
		m.Fields = append(m.Fields, Field{
			text.T(lang, "rca.action", "n", i+1),
			text.T(lang, "rca.action_line", "what", a.What, "owner", d.name(a.Owner), "due", due),
		})
	}
	return m
}
