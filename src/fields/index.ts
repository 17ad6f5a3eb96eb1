export { Duration, type DurationParts, isDuration } from "../values/duration.js";
export { uuid4, uuid7 } from "../values/uuid.js";
export { BinaryField, type BinaryInput, type BinaryOptions } from "./binary.js";
export { BooleanField, NullBooleanField } from "./booleans.js";
export { ArrayField, type ArrayOptions, type HStore, HStoreField } from "./containers.js";
export { DateField, DateTimeField, type DateTimeOptions, type TemporalOptions, TimeField } from "./dates.js";
export { Decimal } from "./decimal.js";
export { DurationField, type DurationInput } from "./durations.js";
export { type EnumChoicesOptions, EnumField, type EnumObject, type EnumOptions } from "./enums.js";
export { type Deconstructed, FieldDefinition, type FieldOptions, type IntegerLimits, isField } from "./field.js";
export { FieldFile, type FieldFileOptions } from "./field-file.js";
export { FilePathField, type FilePathOptions } from "./file-paths.js";
export { FileField, type FileInput, type FileOptions, type UploadTo } from "./files.js";
export { GeneratedField, type GeneratedOptions } from "./generated.js";
export { ImageField, type ImageOptions } from "./images.js";
export {
  AutoField,
  type AutoKey,
  type AutoOptions,
  BigAutoField,
  BigIntegerField,
  type BigIntegerOptions,
  IntegerField,
  PositiveBigIntegerField,
  PositiveIntegerField,
  PositiveSmallIntegerField,
  SmallAutoField,
  SmallIntegerField,
} from "./integers.js";
export { GenericIPAddressField, type GenericIPAddressOptions, IPAddressField } from "./ip-addresses.js";
export { JSONField, JSONNull, type JSONNullValue, type JSONOptions } from "./json.js";
export { DecimalField, type DecimalInput, type DecimalOptions, FloatField } from "./numbers.js";
export {
  BigIntegerRangeField,
  DateRangeField,
  DateTimeRangeField,
  DecimalRangeField,
  IntegerRangeField,
  Range,
  type RangeBounds,
  type RangeInput,
} from "./ranges.js";
export { CharField, CITextField, EmailField, SlugField, TextField, type TextOptions, URLField } from "./text.js";
export { UUIDField, type UUIDOptions } from "./uuids.js";
export {
  DecimalValidator,
  type DescribedValidator,
  EmailValidator,
  MaxLengthValidator,
  MaxValueValidator,
  type Measurable,
  MinLengthValidator,
  MinValueValidator,
  type Ordered,
  RegexValidator,
  SlugValidator,
  URLValidator,
  validateEmail,
} from "./validators.js";
