package bot

import "context"

// Complete lists what a half-typed argument could be; see Inbox.
func (b *Bot) Complete(ctx context.Context, q Completion) ([]Option, error) {
	return nil, nil
}
