package slack

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	slackgo "github.com/slack-go/slack"

	"sereno/bot"
)

// maxFile is the largest file that Slack takes, in bytes
// (slack.com/help/articles/201330736).
const maxFile = 1 << 30

// handedOver is a file of which Slack has the content and which it shows to
// nobody yet.
type handedOver struct {
	files []slackgo.FileSummary
	// left are the names of those that Slack does not take.
	left []string
}

// upload hands the contents of the delivery's files to Slack, streamed. One
// that Slack does not take is left, and named in the message instead: what was
// said must arrive all the same.
//
// Nothing is seen of it before share, so that an upload that fails half-way, or
// is done again, does no harm.
func (a *Adapter) upload(ctx context.Context, d *bot.Delivery) (handedOver, error) {
	var out handedOver
	for _, f := range d.Message.Files {
		id, err := a.uploadOne(ctx, d, f)
		var known *bot.DeliveryError
		switch {
		case err == nil:
			out.files = append(out.files, slackgo.FileSummary{ID: id, Title: f.Name})
		case errors.As(err, &known) && known.Permanent:
			a.log.Error("a file is named instead of attached", "incident", d.Incident, "size", f.Size, "type", f.Type, "err", err)
			out.left = append(out.left, f.Name)
		default:
			return out, unsent(err)
		}
	}
	return out, nil
}

func (a *Adapter) uploadOne(ctx context.Context, d *bot.Delivery, f bot.Attachment) (id string, err error) {
	if f.Size <= 0 || f.Size > maxFile || d.Open == nil {
		return "", unsendable(fmt.Errorf("a file of %d bytes", f.Size))
	}
	name := firstOf(oneLine(f.Name), "file")
	to, err := call(ctx, a, a.delivering("files.getUploadURLExternal", "", d.Key+" "+f.Hash), func(ctx context.Context) (*slackgo.GetUploadURLExternalResponse, error) {
		return a.api.GetUploadURLExternalContext(ctx, slackgo.GetUploadURLExternalParameters{FileName: name, FileSize: int(f.Size)})
	})
	if err != nil {
		return "", a.failure("files.getUploadURLExternal", err)
	}
	content, err := d.Open(ctx, f)
	if errors.Is(err, bot.ErrNotFound) { // it is kept no more
		return "", unsendable(fmt.Errorf("read an attachment: %w", err))
	}
	if err != nil {
		return "", &bot.DeliveryError{NotSent: true, Err: fmt.Errorf("read an attachment: %w", err)}
	}
	defer content.Close()
	// A large file takes longer than a call may: only the delivery's deadline holds.
	err = a.api.UploadToURL(ctx, slackgo.UploadToURLParameters{UploadURL: to.UploadURL, Reader: content, Filename: name})
	if err != nil {
		return "", a.failure("upload a file", err)
	}
	return to.FileID, nil
}

// share shows uploaded files in the channel, below the message that they
// belong to.
func (a *Adapter) share(ctx context.Context, d *bot.Delivery, channel string, files []slackgo.FileSummary) error {
	t := turn{method: "files.completeUploadExternal", channel: channel, patience: a.tune.call}
	_, err := call(ctx, a, t, func(ctx context.Context) (*slackgo.CompleteUploadExternalResponse, error) {
		return a.api.CompleteUploadExternalContext(ctx, slackgo.CompleteUploadExternalParameters{
			Files: files, Channel: channel, ThreadTimestamp: d.Thread.Message,
		})
	})
	return a.failure("files.completeUploadExternal in "+channel, err)
}

// named is a message that names files instead of attaching them.
func named(names []string) part {
	var lines []string
	for _, n := range names {
		lines = append(lines, "📎 "+firstOf(oneLine(n), "–"))
	}
	text := cut(strings.Join(lines, "\n"), maxSection)
	return part{text: escape(text), blocks: []slackgo.Block{slackgo.NewSectionBlock(plainText(text), nil, nil)}}
}

func fileNames(files []bot.Attachment) []string {
	var out []string
	for _, f := range files {
		out = append(out, f.Name)
	}
	return out
}

// sharedBy reports whether we shared files with the message.
func (a *Adapter) sharedBy(m slackgo.Message) bool {
	if len(m.Files) == 0 || m.Metadata.EventType == MetadataType {
		return false
	}
	if s := a.session.Load(); s != nil {
		return m.User == s.me.user || (m.BotID != "" && m.BotID == s.me.bot)
	}
	return m.BotID != ""
}

// sameNames reports whether the files bear those names, in any order.
func sameNames(files []slackgo.File, names []string) bool {
	var theirs, ours []string
	for _, f := range files {
		theirs = append(theirs, oneLine(firstOf(f.Title, f.Name)))
	}
	for _, n := range names {
		ours = append(ours, oneLine(n))
	}
	slices.Sort(theirs)
	slices.Sort(ours)
	return slices.Equal(theirs, ours)
}
