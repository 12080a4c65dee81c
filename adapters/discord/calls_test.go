package discord

import (
	"slices"
	"testing"

	"sereno/bot"
)

func TestAPageToAChannelCallsTheTeamsRoleInsteadOfEverybody(t *testing.T) {
	a := &Adapter{places: newPlaces(nil)}
	d := &bot.Delivery{Kind: bot.Page, Channel: "123456789012345678", Message: bot.Message{Groups: []string{"223456789012345678"}}}
	call, who := a.calls(d)
	if call != "<@&223456789012345678>" || !slices.Equal(who.Roles, []string{"223456789012345678"}) || len(who.Parse) > 0 {
		t.Errorf("it calls %q, %+v", call, who)
	}
}
