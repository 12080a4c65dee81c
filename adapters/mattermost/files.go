package mattermost

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/mattermost/mattermost/server/public/model"

	"sereno/bot"
)

// filesEach is how many files a post may have: POST_FILEIDS_MAX_RUNES, 300, holds ten ids.
const filesEach = 10

// files are what a post has attached.
func (a *Adapter) files(p *model.Post) []bot.File {
	known := map[string]*model.FileInfo{}
	if p.Metadata != nil {
		for _, f := range p.Metadata.Files {
			if f != nil {
				known[f.Id] = f
			}
		}
	}
	var out []bot.File
	for _, id := range p.FileIds {
		if !model.IsValidId(id) {
			continue
		}
		f := bot.File{ID: id, Name: id, Platform: Platform, URL: a.config.URL + model.APIURLSuffix + "/files/" + id}
		if info := known[id]; info != nil {
			f.Name, f.Type, f.Size = firstOf(info.Name, id), info.MimeType, info.Size
		}
		out = append(out, f)
	}
	return out
}

// OpenFile streams what somebody attached, by its id; the address in it is not looked at.
func (a *Adapter) OpenFile(ctx context.Context, f bot.File) (io.ReadCloser, error) {
	if !model.IsValidId(f.ID) {
		return nil, unsendable(fmt.Errorf("%q is no file's id", f.ID))
	}
	r, err := a.api.DoAPIGet(ctx, "/files/"+f.ID, "")
	if err != nil {
		return nil, a.failed("open the file "+f.ID, a.told(model.BuildResponse(r), err))
	}
	return r.Body, nil
}

// attach uploads the files of a delivery, those of each post before it is made.
func (a *Adapter) attach(ctx context.Context, d *bot.Delivery, channel string, posts []*model.Post, have map[int]string) error {
	for n, file := range d.Message.Files {
		i := len(posts) - 1 - (len(d.Message.Files)-1-n)/filesEach // the last posts carry them
		if have[i] != "" {
			continue
		}
		id, err := a.upload(ctx, d, channel, file)
		if err != nil {
			return err
		}
		posts[i].FileIds = append(posts[i].FileIds, id)
	}
	return nil
}

// upload streams one file to the server.
func (a *Adapter) upload(ctx context.Context, d *bot.Delivery, channel string, file bot.Attachment) (string, error) {
	if d.Open == nil {
		return "", unsendable(fmt.Errorf("the content of %q cannot be read", file.Name))
	}
	up, err := call(ctx, a, func(ctx context.Context) (*model.UploadSession, *model.Response, error) {
		return a.api.CreateUpload(ctx, &model.UploadSession{
			Type: model.UploadTypeAttachment, ChannelId: channel, Filename: fileName(file.Name), FileSize: file.Size,
		})
	})
	if err != nil {
		return "", unsent(a.failed("begin the upload of a file to "+channel, err))
	}
	content, err := d.Open(ctx, file)
	if err != nil {
		return "", &bot.DeliveryError{NotSent: true, Err: fmt.Errorf("read the file %s: %w", file.Hash, err)}
	}
	defer content.Close()
	info, err := within(ctx, a, a.tune.upload, func(ctx context.Context) (*model.FileInfo, *model.Response, error) {
		return a.api.UploadData(ctx, up.Id, io.LimitReader(content, file.Size))
	})
	if err == nil && info == nil { // the server waits for the rest, which there is not
		err = &failure{status: http.StatusNoContent, err: errors.New("the file is shorter than was said")}
	}
	if err != nil {
		return "", unsent(a.failed("upload a file to "+channel, err))
	}
	return info.Id, nil
}

// fileName is a name that the server takes: of one line, and at most 256 characters.
func fileName(s string) string { return firstOf(cut(oneLine(s), 250), "file") }
