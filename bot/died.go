package bot

import (
	"context"
	"errors"
	"fmt"
	"time"

	"sereno/bot/incident"
	"sereno/bot/text"
)

// deliveryDied gives a delivery up and sees to what follows: a page that
// cannot be delivered is escalated at once, and the team learns of the rest.
func (b *Bot) deliveryDied(ctx context.Context, tx Tx, out *Delivery, cause error, now time.Time) error {
	if err := tx.DeliveryDead(ctx, out.ID, now, cause.Error()); err != nil {
		return err
	}
	switch {
	case out.Kind == Page:
		if err := b.pageTroubled(ctx, tx, out, cause, true, 0, now); err != nil {
			return fmt.Errorf("after an undelivered page: %w", err)
		}
	case out.Kind == Fetch && out.Article != nil:
		return b.refuse(ctx, tx, *out.Article.event(out, now), lostArticle(out), now)
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
	if out.Purpose == purposeAnswer || // an edit or a withdrawal of it too
		out.Kind == Post && out.Purpose != purposeTold && out.Purpose != purposeNotice {
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
