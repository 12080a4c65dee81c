package mattermosttest

import (
	"io"
	"net/http"
	"path"

	"github.com/mattermost/mattermost/server/public/model"
)

func (s *Server) createUpload(r *http.Request) (any, error) {
	up := decoded[model.UploadSession](r)
	if _, err := s.member(up.ChannelId); err != nil {
		return nil, err
	}
	if up.Filename == "" || len([]rune(up.Filename)) > 256 || up.FileSize <= 0 || up.Type != model.UploadTypeAttachment {
		return nil, refuse(http.StatusBadRequest, "model.upload_session.is_valid.filename.app_error")
	}
	up.Id, up.UserId, up.CreateAt = model.NewId(), s.bot.Id, s.now()
	s.uploads[up.Id] = &up
	return &up, nil
}

func (s *Server) uploadData(r *http.Request) (any, error) {
	up := s.uploads[r.PathValue("upload")]
	if up == nil {
		return nil, notFound("app.upload.get.app_error")
	}
	content, err := io.ReadAll(io.LimitReader(r.Body, up.FileSize+1))
	if err != nil || int64(len(content)) != up.FileSize {
		return nil, refuse(http.StatusBadRequest, "app.upload.upload_data.incomplete")
	}
	delete(s.uploads, up.Id)
	return s.addFile(up.Filename, http.DetectContentType(content), content), nil
}

// addFile keeps a file. The lock is held.
func (s *Server) addFile(name, kind string, content []byte) *model.FileInfo {
	info := &model.FileInfo{
		Id: model.NewId(), CreatorId: s.bot.Id, CreateAt: s.now(), Name: name, Extension: path.Ext(name), Size: int64(len(content)), MimeType: kind,
	}
	s.files[info.Id] = &file{info, content}
	return info
}

func (s *Server) getFile(w http.ResponseWriter, r *http.Request) {
	if !s.authorized(w, r) {
		return
	}
	s.mu.Lock()
	f := s.files[r.PathValue("file")]
	s.mu.Unlock()
	if f == nil {
		reply(w, http.StatusNotFound, notFound("app.file_info.get.app_error"))
		return
	}
	w.Header().Set("Content-Type", f.info.MimeType)
	_, _ = w.Write(f.content)
}
