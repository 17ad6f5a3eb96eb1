export { ContentType, ContentTypeManager, type ContentTypeOptions, type ModelOrInstance } from "./content-type.js";
export { GenericForeignKey, type GenericForeignKeyNames, type GenericObject } from "./generic-foreign-key.js";
export { type GenericMany, GenericRelation, type GenericRelationOptions } from "./generic-relation.js";
