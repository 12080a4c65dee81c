package bot

import (
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

// buttons are those that stand for one use case. What it concerns travels in
// the button's Value.
var buttons = map[string]func(d *Desk, value string) error{
	"take":         (*Desk).takeFree,
	"severity":     (*Desk).AskSeverity,
	"escalate":     (*Desk).escalatePressed,
	"resolve":      (*Desk).AskResolution,
	"ack":          (*Desk).Acknowledge,
	"not_incident": (*Desk).NotIncident,
	"reopen":       (*Desk).Reopen,
	"rca":          (*Desk).StartRCA,
	"open":         (*Desk).OpenFrom,
	"reply":        (*Desk).AskReply,
	"new":          func(d *Desk, _ string) error { return d.AskNew() },

	"confirm_report": (*Desk).Confirm,
	"excuse_approve": excusePressed(true),
	"excuse_deny":    excusePressed(false),
	"ack_all":        (*Desk).acknowledgeAll,
	"page_list":      (*Desk).listPage,
	"still":          (*Desk).StillOnIt,
	"remind_15":      func(d *Desk, id string) error { return d.Remind(id, 15*time.Minute) },
	"remind_60":      func(d *Desk, id string) error { return d.Remind(id, time.Hour) },
	"hand_over":      (*Desk).AskHandOver,
	"received":       (*Desk).testReceived,

	"reply_mode":      (*Desk).toggleReplyMode,
	"reply_mode_off":  func(d *Desk, value string) error { return d.SetReplyMode(value, false) },
	"edit_answer":     (*Desk).askEdit,
	"withdraw_answer": (*Desk).withdrawAnswer,

	"swap_accept":   (*Desk).acceptSwap,
	"swap_decline":  (*Desk).declineSwap,
	"swap_withdraw": (*Desk).withdrawSwap,
	"swap_exchange": func(d *Desk, _ string) error { return d.AskExchange("", "", "", "") },

	"accept_severity": (*Desk).acceptSeverity,
	"accept_title":    (*Desk).acceptTitle,
	"accept_product":  (*Desk).acceptProduct,
	"draft_send":      (*Desk).sendDraft,
	"draft_edit":      (*Desk).editDraft,
	"draft_discard":   (*Desk).discardDraft,

	"article_review":  func(d *Desk, id string) error { return d.ReviewArticle(id, "") },
	"article_publish": func(d *Desk, id string) error { return d.PublishArticle(id, "") },
	"article_edit":    (*Desk).EditArticle,
	"article_show":    func(d *Desk, id string) error { return d.ShowArticle(id, "") },
	"article_read":    (*Desk).MarkRead,
	"article_more":    (*Desk).readOn,
	"article_confirm": func(d *Desk, id string) error { return d.ConfirmArticle(id, "") },
	"article_another": (*Desk).anotherArticleFrom,

	"gap_write":   (*Desk).writeGap,
	"gap_dismiss": (*Desk).dismissGap,
	"gap_undo":    (*Desk).undoGap,

	"proposal_take":  (*Desk).takeProposal,
	"proposal_edit":  (*Desk).editProposal,
	"proposal_leave": (*Desk).leaveProposal,
	"proposal_show":  (*Desk).showProposal,

	"kb_show":      (*Desk).showFound,
	"kb_solved":    (*Desk).searchSolved,
	"kb_open":      (*Desk).searchOpened,
	"kb_disregard": func(d *Desk, id string) error { return d.Disregard(id, "") },

	"similar":       (*Desk).Similar,
	"incident_show": (*Desk).Show,

	"offer_show": (*Desk).showOffer,
	"offer_send": (*Desk).askSend,

	"solved":          func(d *Desk, value string) error { return d.customerSays(value, KBSolved, d.Solved) },
	"still_need_help": func(d *Desk, value string) error { return d.customerSays(value, KBNotSolved, d.NeedHelp) },
}

// escalatePressed pages the next step for a press on what the person saw: the
// button's Value tells how far the paging was then, so that pressing twice
// wakes one person, not two.
func (d *Desk) escalatePressed(value string) error {
	id, seen, told := strings.Cut(value, ":")
	inc, err := d.find(id)
	if err != nil {
		return err
	}
	if esc := &inc.Escalation; told && esc.Active && seen != position(esc) {
		name := ""
		if n := len(esc.Pages); n > 0 {
			name = d.name(esc.Pages[n-1].Reader)
		}
		return Refuse("refuse.escalated", "id", inc.ID(), "name", name)
	}
	return d.EscalateNow(id)
}

// position names how far the paging is.
func position(esc *incident.Escalation) string {
	if !esc.Active {
		return "-"
	}
	return fmt.Sprintf("%d.%d.%d", esc.Since.Unix(), esc.Round, stepOf(esc))
}

// escalateValue is the Value of a button that pages the next step.
func escalateValue(inc *incident.Incident) string { return inc.ID() + ":" + position(&inc.Escalation) }

// pressed acts on a button. Its Value came back through the platform, so
// permission is checked as for anything typed.
func (d *Desk) pressed() error {
	id, value := d.event.Button, d.event.Value
	if act := buttons[id]; act != nil {
		return act(d, value)
	}
	if stars, ok := strings.CutPrefix(id, "rate_"); ok {
		n, _ := strconv.Atoi(stars) // what is no number is refused as 0 is
		return d.asCustomer(value, func(inc *incident.Incident) error { return d.Rate(inc, n) })
	}
	if n, ok := strings.CutPrefix(id, "cause_"); ok {
		which, _ := strconv.Atoi(n) // what is no number is refused as 0 is
		return d.takeCause(which, value)
	}
	if strings.HasPrefix(id, "answer_") {
		return d.questionPressed(id, value)
	}
	if strings.HasPrefix(id, "rca_") {
		return d.rcaPressed(strings.TrimPrefix(id, "rca_"), value)
	}
	return d.gone("button", id)
}

// pressedOn is the message of ours that carries the button; nil when it is not
// known to be one.
func (d *Desk) pressedOn() (*Delivery, error) {
	m, err := d.known()
	if err != nil || m == nil || m.Delivery == 0 {
		return nil, err
	}
	return d.tx.DeliveryAt(d.ctx, m.Delivery)
}

// gone refuses what this version never offered: a message that another one left
// may still carry it, and trying again cannot help.
func (d *Desk) gone(kind, id string) error {
	d.bot.Logger.Info("nobody offered it", kind, id, "event", d.event.Key)
	return Refuse("refuse.gone")
}

// takeFree is the card's button, and the reaction, for what is nobody's: of two
// who press it at once, the second is told who has it.
func (d *Desk) takeFree(id string) error {
	inc, err := d.find(id)
	if err != nil {
		return err
	}
	if inc.Owner != "" && inc.Open() {
		return Refuse("refuse.already_owner", "id", inc.ID(), "name", d.name(inc.Owner))
	}
	return d.assign(inc, d.actor)
}

// asCustomer acts on an incident of the actor's own customer. To everybody
// else the incident does not exist, but our own people are told whose button
// it is.
func (d *Desk) asCustomer(id string, act func(*incident.Incident) error) error {
	n, ok := incident.ParseID(id)
	if !ok {
		return Refuse("refuse.not_an_id", "id", id)
	}
	if d.ours() {
		return Refuse("refuse.customers_button")
	}
	inc, err := d.incident(n)
	if errors.Is(err, ErrNotFound) || err == nil && (d.outside == nil || d.outside.Key != inc.Customer) {
		return Refuse("refuse.not_found", "id", incident.FormatID(n))
	}
	if err != nil {
		return err
	}
	if inc.MergedInto != "" { // the other may be about more than this press knows
		return Refuse("customer.merged", "id", inc.ID(), "into", inc.MergedInto)
	}
	if inc.Status == incident.Cancelled {
		return d.notOpen(inc)
	}
	return act(inc)
}

// AskSeverity opens the form that asks for the severity. Agents.
func (d *Desk) AskSeverity(id string) error {
	inc, err := d.find(id)
	if err != nil {
		return err
	}
	if !inc.Open() {
		return d.notOpen(inc)
	}
	return d.openForm(inc, d.severityForm(inc))
}

// formSent takes the answers of a form. What somebody wrote in one that is refused
// they get back: the form is closed by then.
func (d *Desk) formSent() error {
	err := d.formFilled(d.event.Value, d.event.Fields)
	var refusal *Refusal
	if errors.As(err, &refusal) {
		for _, name := range []string{"text", "words", "done"} {
			refusal.written += strings.TrimSpace(d.event.Fields[name])
		}
	}
	return err
}

func (d *Desk) formFilled(id string, fields map[string]string) error {
	switch d.event.Form {
	case "resolve":
		if err := d.must(company.Agent); err != nil {
			return err
		}
		if o := incident.Origin(fields["origin"]); o != "" {
			inc, err := d.find(id)
			if err != nil {
				return err
			}
			if !slices.Contains(incident.Origins, o) {
				return Refuse("refuse.origin", "value", string(o))
			}
			if err := d.origin(inc, o); err != nil {
				return err
			}
		}
		return d.Resolve(id, fields["done"])
	case "severity":
		s := sla.Severity(fields["severity"])
		if !slices.Contains(sla.Severities, s) {
			return Refuse("refuse.severity", "value", string(s))
		}
		return d.SetSeverity(id, s)
	case "reply":
		return d.Answer(id, fields["words"])
	case "send_article":
		return d.sendArticle(id, fields["words"])
	case "workaround":
		return d.Workaround(id, fields["words"])
	case "edit_answer":
		return d.editAnswer(id, fields["words"])
	case "hand_over":
		return d.HandOver(id, fields["person"])
	case "exchange":
		return d.exchangeSent(fields)
	case "article":
		return d.articleSent(id, fields)
	case "new":
		return d.OpenNew(fields["customer"], fields["words"])
	}
	return d.gone("form", d.event.Form)
}
