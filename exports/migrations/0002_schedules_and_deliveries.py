"""Mails become rows of their own, several a report; schedules order reports; what reports can be about grows."""

import django.core.validators
import django.db.models.deletion
import videos.public_ids
from django.conf import settings
from django.db import migrations, models


def mails_to_deliveries(apps, schema_editor):
    """Give each report that was to be mailed its delivery, in the state its mail was in."""
    alias = schema_editor.connection.alias
    reports = apps.get_model("exports", "Report").objects.using(alias).exclude(email="")
    delivery = apps.get_model("exports", "Delivery")
    delivery.objects.using(alias).bulk_create(
        [
            delivery(
                report_id=report.pk,
                email=report.email,
                attempts=report.mail_attempts,
                due_at=report.mail_due_at,
                sent_at=report.mailed_at,
                error=report.mail_error,
            )
            for report in reports.iterator(chunk_size=1000)
        ],
        batch_size=500,
    )


def deliveries_to_mails(apps, schema_editor):
    """Note on each report its first delivery."""
    alias = schema_editor.connection.alias
    reports = apps.get_model("exports", "Report").objects.using(alias)
    seen = set()
    for each in apps.get_model("exports", "Delivery").objects.using(alias).order_by("pk"):
        if each.report_id not in seen:
            seen.add(each.report_id)
            reports.filter(pk=each.report_id).update(
                email=each.email,
                mail_attempts=each.attempts,
                mail_due_at=each.due_at,
                mailed_at=each.sent_at,
                mail_error=each.error,
            )


class Migration(migrations.Migration):

    dependencies = [
        ('exports', '0001_initial'),
        ('videos', '0002_streams_and_registrations'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254, verbose_name='e-mail address')),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('due_at', models.DateTimeField(blank=True, null=True)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('error', models.TextField(blank=True)),
            ],
            options={
                'verbose_name_plural': 'deliveries',
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='Recipient',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254, verbose_name='e-mail address')),
                ('unsubscribed_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='Schedule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('about', models.CharField(choices=[('catalog', 'The catalog'), ('video', 'A video'), ('account', 'The workspace'), ('template', 'A template')], default='catalog', max_length=10)),
                ('subject', models.CharField(blank=True, max_length=64)),
                ('folders', models.JSONField(blank=True, default=list)),
                ('projects', models.JSONField(blank=True, default=list)),
                ('fields', models.JSONField(default=list)),
                ('breakdown', models.CharField(blank=True, choices=[('', 'Nothing'), ('day', 'Day'), ('country', 'Country'), ('domain', 'Domain'), ('viewer', 'Viewer')], default='', max_length=10)),
                ('format', models.CharField(choices=[('csv', 'CSV'), ('xlsx', 'XLSX (Excel)'), ('json', 'JSON')], default='csv', max_length=10)),
                ('public_id', videos.public_ids.PublicIdField('sched_')),
                ('name', models.CharField(max_length=200)),
                ('period_name', models.CharField(max_length=20)),
                ('frequency', models.CharField(choices=[('daily', 'Every day'), ('weekly', 'Every week'), ('monthly', 'Every month')], max_length=10)),
                ('hour', models.PositiveSmallIntegerField(default=7, validators=[django.core.validators.MaxValueValidator(23)])),
                ('weekday', models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(6)])),
                ('month_day', models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(31)])),
                ('skips_unchanged', models.BooleanField(default=False)),
                ('timezone', models.CharField(max_length=64)),
                ('next_run_at', models.DateTimeField(blank=True, null=True)),
                ('last_run_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ('name', 'id'),
            },
        ),
        migrations.RemoveIndex(
            model_name='report',
            name='unsent_mails',
        ),
        migrations.AddField(
            model_name='report',
            name='about',
            field=models.CharField(choices=[('catalog', 'The catalog'), ('video', 'A video'), ('account', 'The workspace'), ('template', 'A template')], default='catalog', max_length=10),
        ),
        migrations.AddField(
            model_name='report',
            name='breakdown',
            field=models.CharField(blank=True, choices=[('', 'Nothing'), ('day', 'Day'), ('country', 'Country'), ('domain', 'Domain'), ('viewer', 'Viewer')], default='', max_length=10),
        ),
        migrations.AddField(
            model_name='report',
            name='digest',
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name='report',
            name='is_unchanged',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='report',
            name='is_building',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='report',
            name='is_waiting',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='report',
            name='subject',
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AlterField(
            model_name='report',
            name='format',
            field=models.CharField(choices=[('csv', 'CSV'), ('xlsx', 'XLSX (Excel)'), ('json', 'JSON')], default='csv', max_length=10),
        ),
        migrations.AddField(
            model_name='delivery',
            name='report',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='exports.report'),
        ),
        migrations.AddField(
            model_name='delivery',
            name='recipient',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='deliveries', to='exports.recipient'),
        ),
        migrations.AddField(
            model_name='schedule',
            name='created_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='schedules', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='schedule',
            name='workspace',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='schedules', to='videos.workspace'),
        ),
        migrations.AddField(
            model_name='recipient',
            name='schedule',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recipients', to='exports.schedule'),
        ),
        migrations.AddField(
            model_name='report',
            name='schedule',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='reports', to='exports.schedule'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='unsent_deliveries'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(fields=('report', 'email'), name='one_mail_per_report_and_address'),
        ),
        migrations.AddIndex(
            model_name='schedule',
            index=models.Index(fields=['next_run_at'], name='schedules_by_next_run'),
        ),
        migrations.AddConstraint(
            model_name='recipient',
            constraint=models.UniqueConstraint(fields=('schedule', 'email'), name='one_recipient_per_schedule'),
        ),
        migrations.RunPython(mails_to_deliveries, deliveries_to_mails, elidable=True),
        migrations.RemoveField(
            model_name='report',
            name='email',
        ),
        migrations.RemoveField(
            model_name='report',
            name='mail_attempts',
        ),
        migrations.RemoveField(
            model_name='report',
            name='mail_due_at',
        ),
        migrations.RemoveField(
            model_name='report',
            name='mail_error',
        ),
        migrations.RemoveField(
            model_name='report',
            name='mailed_at',
        ),
    ]
