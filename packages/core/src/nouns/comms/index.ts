/** The communications module, as the registry sees it. */
import { defineModule } from '../../log/define.ts';
import { COMMS_ACTIONS } from './actions.ts';
import { setComponentStatus, setComponents } from './decisions/components.ts';
import { closeDesk, closeRumour, noteRumour, openDesk, sendBriefing, setChannels } from './decisions/desk.ts';
import { approveNotice, draftNotice, rejectNotice, reviseNotice } from './decisions/drafts.ts';
import { keepUpdates } from './decisions/keep.ts';
import { endMaintenance, keepMaintenances, planMaintenance } from './decisions/maintenance.ts';
import { publishFirst, publishNotice } from './decisions/publish.ts';
import {
  askSubscription,
  confirmSubscription,
  endSubscription,
  keepSubscriptions,
  orderDeliveries,
  reportBounce,
} from './decisions/subscribe.ts';
import { adoptTemplate, proposeTemplate, retireTemplate } from './decisions/templates.ts';
import { componentStatusChanged, componentsListed } from './facts/board.ts';
import {
  channelsAgreed,
  channelsAnnounced,
  deskClosed,
  deskOpened,
  rumourAnswered,
  rumourClosed,
  rumourNoted,
} from './facts/desk.ts';
import {
  briefingIssued,
  maintenanceAdvanced,
  noticeApproved,
  noticeDrafted,
  noticePublished,
  noticeRejected,
  noticeRevised,
  updateMissed,
} from './facts/notices.ts';
import {
  addressBounced,
  deliveriesOrdered,
  subscriptionAsked,
  subscriptionConfirmed,
  subscriptionEnded,
} from './facts/subscriptions.ts';
import { templateAdopted, templateEndorsed, templateProposed, templateRetired } from './facts/templates.ts';
import { board } from './views/board.ts';
import { agreedChannels, briefingList, publicDesk, rumourRegister } from './views/desk.ts';
import { componentHistory } from './views/history.ts';
import { draftList, noticeDraft } from './views/notice.ts';
import { pendingSubscriptions, sharedAddress, subscriber, subscriberCounts } from './views/subscribers.ts';
import { templates } from './views/templates.ts';
import { noticeThread, threadIndex } from './views/threads.ts';

export const comms = defineModule({
  noun: 'comms',
  says: { en: 'What is said, to whom, by whom and when.', ja: '何を、誰に、誰が、いつ伝えるか。' },
  facts: [
    componentsListed,
    componentStatusChanged,
    templateProposed,
    templateEndorsed,
    templateAdopted,
    templateRetired,
    noticeDrafted,
    noticeRevised,
    noticeApproved,
    noticeRejected,
    noticePublished,
    updateMissed,
    maintenanceAdvanced,
    briefingIssued,
    channelsAgreed,
    channelsAnnounced,
    deskOpened,
    deskClosed,
    rumourNoted,
    rumourAnswered,
    rumourClosed,
    subscriptionAsked,
    subscriptionConfirmed,
    subscriptionEnded,
    addressBounced,
    deliveriesOrdered,
  ],
  views: [
    board,
    componentHistory,
    templates,
    noticeDraft,
    draftList,
    noticeThread,
    threadIndex,
    publicDesk,
    agreedChannels,
    rumourRegister,
    briefingList,
    subscriber,
    sharedAddress,
    pendingSubscriptions,
    subscriberCounts,
  ],
  commands: [
    setComponents,
    setComponentStatus,
    proposeTemplate,
    adoptTemplate,
    retireTemplate,
    draftNotice,
    reviseNotice,
    approveNotice,
    rejectNotice,
    publishNotice,
    publishFirst,
    planMaintenance,
    keepMaintenances,
    endMaintenance,
    keepUpdates,
    sendBriefing,
    setChannels,
    openDesk,
    closeDesk,
    noteRumour,
    closeRumour,
    askSubscription,
    confirmSubscription,
    endSubscription,
    keepSubscriptions,
    reportBounce,
    orderDeliveries,
  ],
  actions: COMMS_ACTIONS,
});
