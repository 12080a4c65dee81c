package slack

import (
	"context"
	"errors"

	slackgo "github.com/slack-go/slack"

	"sereno/bot"
)

// maxHomeBlocks is how many blocks a page may have (docs.slack.dev/reference/views/home-tab-views).
const maxHomeBlocks = 100

// decodeHome: somebody looks at a tab of the app. Only one of them is their page.
func (a *Adapter) decodeHome(h happening) (arrival, error) {
	if h.Tab != "home" {
		return arrival{}, nil
	}
	if h.User == "" || h.EventTS == "" {
		return arrival{}, malformed("a page that nobody opened")
	}
	return arrival{lane: "by:" + h.User, event: func(ctx context.Context) *bot.Event {
		who := a.people.get(ctx, h.User)
		return &bot.Event{
			Key:      Platform + ":home:" + h.User + ":" + h.EventTS,
			Platform: Platform,
			Kind:     bot.HomeOpened,
			At:       a.at(h.EventTS),
			User:     h.User,
			UserName: who.name,
			UserTeam: a.belongs(who, h.UserTeam),
			Groups:   a.groups.of(h.User),
		}
	}}, nil
}

// home shows the person their own page with the bot, in place of what it
// showed before: doing it again changes nothing.
func (a *Adapter) home(ctx context.Context, d *bot.Delivery) (bot.Receipt, error) {
	if d.User == "" {
		return bot.Receipt{}, unsendable(errors.New("no person whose page it is"))
	}
	if err := checkButtons(d.Message.Buttons); err != nil {
		return bot.Receipt{}, unsendable(err)
	}
	view := slackgo.HomeTabViewRequest{Type: slackgo.VTHomeTab, Blocks: slackgo.Blocks{BlockSet: homeBlocks(d)}}
	_, err := call(ctx, a, a.delivering("views.publish", "", d.Key), func(ctx context.Context) (*slackgo.ViewResponse, error) {
		return a.api.PublishViewContext(ctx, slackgo.PublishViewContextRequest{UserID: d.User, View: view})
	})
	if err != nil {
		return bot.Receipt{}, a.failure("views.publish for "+d.User, err)
	}
	return bot.Receipt{}, nil
}

// homeBlocks are those of a message. What does not fit is left out of the list
// in the middle, not the buttons at its end.
func homeBlocks(d *bot.Delivery) []slackgo.Block {
	said, pressed := content(d), buttons(d.Message.Buttons)
	if room := max(maxHomeBlocks-len(pressed), 0); len(said) > room {
		said = said[:room]
	}
	all := append(said, pressed...)
	return all[:min(len(all), maxHomeBlocks)]
}
