/**
 * The Statuspage v2 format as strict schemas: every field that clients of it rely on, and nothing else. The one npm client
 * of that name speaks only the private management interface of one vendor, so the format itself is what is tested.
 */
import { z } from 'zod';

const time = z.iso.datetime();
const page = z.strictObject({
  id: z.string().min(1),
  name: z.string().min(1),
  url: z.url(),
  time_zone: z.string().min(1),
  updated_at: time,
});
const componentStatus = z.enum([
  'operational',
  'under_maintenance',
  'degraded_performance',
  'partial_outage',
  'major_outage',
]);
const component = z.strictObject({
  id: z.string().min(1),
  name: z.string().min(1),
  status: componentStatus,
  created_at: time.nullable(),
  updated_at: time.nullable(),
  position: z.int().positive(),
  description: z.string().nullable(),
  showcase: z.boolean(),
  start_date: z.iso.date().nullable(),
  group_id: z.string().nullable(),
  page_id: z.string(),
  group: z.boolean(),
  only_show_if_degraded: z.boolean(),
  components: z.array(z.string()).optional(),
});
const indicator = z.enum(['none', 'minor', 'major', 'critical', 'maintenance']);
const status = z.strictObject({ indicator, description: z.string().min(1) });
const incidentStatus = z.enum(['investigating', 'identified', 'monitoring', 'resolved', 'postmortem']);
const maintenanceStatus = z.enum(['scheduled', 'in_progress', 'verifying', 'completed']);
const updateOf = <S extends z.ZodType>(of: S) =>
  z.strictObject({
    id: z.string().min(1),
    status: of,
    body: z.string(),
    incident_id: z.string(),
    created_at: time,
    updated_at: time,
    display_at: time,
    affected_components: z
      .array(
        z.strictObject({
          code: z.string(),
          name: z.string(),
          old_status: componentStatus,
          new_status: componentStatus,
        }),
      )
      .nullable(),
    deliver_notifications: z.boolean(),
    custom_tweet: z.null(),
    tweet_id: z.null(),
  });
const incidentShape = {
  id: z.string().min(1),
  name: z.string().min(1),
  created_at: time,
  updated_at: time,
  monitoring_at: time.nullable(),
  resolved_at: time.nullable(),
  impact: indicator,
  shortlink: z.url(),
  started_at: time,
  page_id: z.string(),
  components: z.array(component),
  reminder_intervals: z.null(),
};
const incident = z.strictObject({
  ...incidentShape,
  status: incidentStatus,
  incident_updates: z.array(updateOf(incidentStatus)).min(1),
});
const maintenance = z.strictObject({
  ...incidentShape,
  status: maintenanceStatus,
  incident_updates: z.array(updateOf(maintenanceStatus)).min(1),
  scheduled_for: time,
  scheduled_until: time,
});

/** By endpoint. */
export const STATUSPAGE_SCHEMAS = {
  summary: z.strictObject({
    page,
    components: z.array(component),
    incidents: z.array(incident),
    scheduled_maintenances: z.array(maintenance),
    status,
  }),
  status: z.strictObject({ page, status }),
  components: z.strictObject({ page, components: z.array(component) }),
  incidents: z.strictObject({ page, incidents: z.array(incident) }),
  'incidents/unresolved': z.strictObject({ page, incidents: z.array(incident) }),
  'scheduled-maintenances': z.strictObject({ page, scheduled_maintenances: z.array(maintenance) }),
  'scheduled-maintenances/upcoming': z.strictObject({ page, scheduled_maintenances: z.array(maintenance) }),
  'scheduled-maintenances/active': z.strictObject({ page, scheduled_maintenances: z.array(maintenance) }),
} as const;
