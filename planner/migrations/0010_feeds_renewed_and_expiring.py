import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


def let_editors_have_feeds(apps, schema_editor):
    """Who could have feeds, by entering the admin, still can: to take that away is a site's own choice."""
    ContentType = apps.get_model("contenttypes", "ContentType")
    Permission = apps.get_model("auth", "Permission")
    of_feeds, _created = ContentType.objects.get_or_create(app_label="planner", model="feed")
    permission, _created = Permission.objects.get_or_create(
        content_type=of_feeds, codename="use_feeds", defaults={"name": "Can have the plan in a calendar program"}
    )
    entering = {"permissions__content_type__app_label": "wagtailadmin", "permissions__codename": "access_admin"}
    for group in apps.get_model("auth", "Group").objects.filter(**entering):
        group.permissions.add(permission)


class Migration(migrations.Migration):

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('planner', '0009_saved_view'),
        ('wagtailadmin', '0001_create_admin_access_permissions'),
    ]

    operations = [
        migrations.CreateModel(
            name='FeedBody',
            fields=[
                ('feed', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='body', serialize=False, to='planner.feed')),
                ('basis', models.CharField(max_length=64)),
                ('valid_until', models.DateTimeField()),
                ('data', models.BinaryField()),
            ],
            options={
                'verbose_name': 'calendar as served',
                'verbose_name_plural': 'calendars as served',
            },
        ),
        migrations.CreateModel(
            name='PlanChange',
            fields=[
                ('transaction_id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('writes', models.BigIntegerField()),
            ],
            options={
                'verbose_name': 'change of the plan',
                'verbose_name_plural': 'changes of the plan',
            },
        ),
        migrations.AlterModelOptions(
            name='feed',
            options={'ordering': ['-pk'], 'permissions': [('use_feeds', 'Can have the plan in a calendar program')], 'verbose_name': 'calendar feed', 'verbose_name_plural': 'calendar feeds'},
        ),
        migrations.AddField(
            model_name='feed',
            name='detail',
            field=models.CharField(choices=[('details', 'Titles and details'), ('titles', 'Titles only')], default='details', max_length=10, verbose_name='how much it tells'),
        ),
        migrations.AddField(
            model_name='feed',
            name='expires_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='ends'),
        ),
        migrations.AddField(
            model_name='feed',
            name='reminders',
            field=models.CharField(blank=True, choices=[('', 'No reminders'), ('15m', 'A quarter of an hour before'), ('1h', 'An hour before'), ('1d', 'A day before')], default='', max_length=10, verbose_name='reminders'),
        ),
        migrations.AddField(
            model_name='feed',
            name='renewed_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='renewed'),
        ),
        migrations.AlterField(
            model_name='feed',
            name='filters',
            field=models.JSONField(default=dict, editable=False, help_text='The fields of `feed_filters.Selection`. Slugs, not keys: deleting a persona must not widen a feed.'),
        ),
        migrations.AddField(
            model_name='eventsnapshot',
            name='used_on',
            field=models.DateField(db_index=True, default=django.utils.timezone.localdate, help_text='When a calendar last held it, give or take a month.'),
            preserve_default=False,
        ),
        migrations.RunPython(let_editors_have_feeds, migrations.RunPython.noop),
    ]
