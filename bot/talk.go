package bot

import "sereno/bot/company"

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
