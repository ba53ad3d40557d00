"""Streams with recordings, what talks are, who registered for them, and who may ask about an event."""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import videos.public_ids


def streams_of_talks(apps: Any, schema_editor: Any) -> None:
    """Make a stream of each video that a talk showed live."""
    talk_model, stream_model = apps.get_model("videos", "Talk"), apps.get_model("videos", "Stream")
    alias = schema_editor.connection.alias
    for talk in talk_model.objects.using(alias).filter(video__isnull=False).select_related("event").order_by("pk"):
        talk.stream, _ = stream_model.objects.using(alias).get_or_create(
            video_id=talk.video_id, defaults={"workspace_id": talk.event.workspace_id, "recording_id": talk.recording_id}
        )
        talk.save(update_fields=["stream"])


def videos_of_talks(apps: Any, schema_editor: Any) -> None:
    """Give each talk its stream's video again."""
    talk_model = apps.get_model("videos", "Talk")
    talks = talk_model.objects.using(schema_editor.connection.alias).filter(stream__isnull=False)
    for talk in talks.select_related("stream"):
        talk.video_id = talk.stream.video_id
        talk.recording_id = talk.recording_id or talk.stream.recording_id
        talk.save(update_fields=["video", "recording"])


class Migration(migrations.Migration):
    dependencies = [("videos", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name='event',
            name='admins',
            field=models.ManyToManyField(blank=True, related_name='administered_events', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='talk',
            name='kind',
            field=models.CharField(choices=[('main_stage', 'Main stage'), ('breakout', 'Breakout'), ('workshop', 'Workshop'), ('networking', 'Networking')], default='main_stage', max_length=20),
        ),
        migrations.AddField(
            model_name='talk',
            name='provider',
            field=models.CharField(choices=[('viewprint', "Viewprint's player"), ('youtube', 'YouTube'), ('vimeo', 'Vimeo'), ('voxeet', 'Voxeet'), ('tokbox', 'TokBox'), ('zoom', 'Zoom'), ('facebook', 'Facebook'), ('wistia', 'Wistia'), ('other', 'Another one')], default='viewprint', max_length=20),
        ),
        migrations.AlterField(
            model_name='talk',
            name='recording',
            field=models.ForeignKey(blank=True, help_text="Empty: the stream's recording.", null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='recorded_talks', to='videos.video'),
        ),
        migrations.CreateModel(
            name='Stream',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', videos.public_ids.PublicIdField('strm_')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('recording', models.ForeignKey(blank=True, help_text='What can be watched afterwards. It may be the same video.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='recorded_streams', to='videos.video')),
                ('video', models.OneToOneField(help_text='The video whose id the live player sends.', on_delete=django.db.models.deletion.CASCADE, related_name='stream', to='videos.video')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='streams', to='videos.workspace')),
            ],
            options={
                'ordering': ('-id',),
            },
        ),
        migrations.AddField(
            model_name='talk',
            name='stream',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='talks', to='videos.stream'),
        ),
        migrations.CreateModel(
            name='Registration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', videos.public_ids.PublicIdField('reg_')),
                ('email', models.EmailField(max_length=254, verbose_name='e-mail address')),
                ('name', models.CharField(blank=True, max_length=200)),
                ('registered_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('talk', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='registrations', to='videos.talk')),
            ],
            options={
                'ordering': ('-registered_at', '-id'),
                'constraints': [models.UniqueConstraint(fields=('talk', 'email'), name='one_registration_per_address', violation_error_message='This address is registered for the talk already.')],
            },
        ),
        migrations.AlterModelOptions(
            name='talk',
            options={'ordering': (models.OrderBy(models.F('starts_at'), nulls_last=True), 'id')},
        ),
        migrations.RunPython(streams_of_talks, videos_of_talks, elidable=True),
        migrations.RemoveField(model_name="talk", name="video"),
    ]
